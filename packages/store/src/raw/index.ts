export { rawFilesIn, rawFolderOf } from './folder.js';
export { rawKeeper, type RawTidied } from './keeper.js';
