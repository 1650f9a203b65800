/**
 * What the failure of a test ends with when its page stood still, and why it is tried again: on a busy
 * machine Chromium 147 now and then loses the raster tasks of a commit that follows another at once, and
 * never draws again (`has_pending_tree` without `pending_tree_is_ready_for_activation` in a trace of its
 * scheduler, on 5 of 100 first pages). Any other failure counts the first time.
 */
export const DRAWS_NO_FRAMES = 'draws no frames any more';
