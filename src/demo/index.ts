export { startDemoServer, type DemoServer, type DemoServerOptions } from './server.ts';
export { daysToShift } from './shift.ts';
export { readManifest, type Manifest } from './recording.ts';
