/** The data set that a spec's marks draw from; its rows are given to the view, not written in it. */
export const ROWS = 'rows';
