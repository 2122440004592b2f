/** File name of the worker that ends what there is of a deleted device; it is told what `references/unlink` is. */
export const retireDeviceWorker = 'devices/retire';
