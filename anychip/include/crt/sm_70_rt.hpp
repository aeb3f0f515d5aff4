/* clang includes this name after its warp functions; ours are in anychip_cuda/device/warp.h. */
