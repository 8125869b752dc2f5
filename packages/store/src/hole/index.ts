export { readHoles, type Hole, type HoleQuery } from './holes.js';
