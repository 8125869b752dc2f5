export { migrate } from './migrate.js';
export { migrations } from './list.js';
