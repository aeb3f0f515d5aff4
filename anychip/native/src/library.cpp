// Kernels as handles, code loaded at run time, and the driver's entry points.
#include "anychip/error.h"
#include "anychip/module.h"

using namespace anychip;

namespace {

// Code comes with the program, compiled for this processor: an image of a GPU's cannot be loaded.
cudaError_t refuse_image(const void *handle, const void *image) {
  return device_call([&] {
    if (!handle || !image) return cudaErrorInvalidValue;
    explain_error("device code cannot be loaded at run time: compile it with the program");
    return cudaErrorNotSupported;
  });
}

cudaError_t refuse_library() {
  return device_call([] { return cudaErrorInvalidResourceHandle; }); // no call makes one
}

cudaError_t find_entry_point(const char *symbol, void **function, unsigned long long flags,
                             cudaDriverEntryPointQueryResult *status) {
  if (!symbol || !function || flags > cudaEnablePerThreadDefaultStream) return cudaErrorInvalidValue;
  *function = nullptr;
  if (status) *status = cudaDriverEntryPointSymbolNotFound;
  return cudaSuccess;
}

} // namespace

extern "C" {

cudaError_t cudaGetKernel(cudaKernel_t *handle, const void *function) {
  return device_call([&] {
    Kernel *kernel = nullptr;
    if (!handle) return cudaErrorInvalidValue;
    if (cudaError_t error = find_kernel(function, kernel); error != cudaSuccess) return error;
    *handle = reinterpret_cast<cudaKernel_t>(kernel);
    return cudaSuccess;
  });
}

cudaError_t cudaGetFuncBySymbol(cudaFunction_t *handle, const void *function) {
  return cudaGetKernel(reinterpret_cast<cudaKernel_t *>(handle), function);
}

cudaError_t cudaFuncGetParamInfo(const void *function, size_t index, size_t *offset, size_t *size) {
  return device_call([&] {
    Kernel *kernel = nullptr;
    if (!offset) return cudaErrorInvalidValue;
    if (cudaError_t error = find_kernel(function, kernel); error != cudaSuccess) return error;
    if (index >= kernel->code->parameter_count) return cudaErrorInvalidValue;
    *offset = kernel->code->parameters[index].offset;
    if (size) *size = kernel->code->parameters[index].size;
    return cudaSuccess;
  });
}

cudaError_t cudaKernelSetAttributeForDevice(cudaKernel_t kernel, enum cudaFuncAttribute attribute, int value,
                                            int device) {
  if (device != 0) return remember_error(cudaErrorInvalidDevice);
  return cudaFuncSetAttribute(kernel, attribute, value);
}

cudaError_t cudaLibraryLoadData(cudaLibrary_t *library, const void *code, cudaJitOption *, void **, unsigned int,
                                cudaLibraryOption *, void **, unsigned int) {
  return refuse_image(library, code);
}

cudaError_t cudaLibraryLoadFromFile(cudaLibrary_t *library, const char *path, cudaJitOption *, void **, unsigned int,
                                    cudaLibraryOption *, void **, unsigned int) {
  return refuse_image(library, path);
}

cudaError_t cudaLibraryUnload(cudaLibrary_t) { return refuse_library(); }
cudaError_t cudaLibraryGetKernel(cudaKernel_t *, cudaLibrary_t, const char *) { return refuse_library(); }
cudaError_t cudaLibraryGetGlobal(void **, size_t *, cudaLibrary_t, const char *) { return refuse_library(); }
cudaError_t cudaLibraryGetManaged(void **, size_t *, cudaLibrary_t, const char *) { return refuse_library(); }
cudaError_t cudaLibraryGetUnifiedFunction(void **, cudaLibrary_t, const char *) { return refuse_library(); }
cudaError_t cudaLibraryGetKernelCount(unsigned int *, cudaLibrary_t) { return refuse_library(); }
cudaError_t cudaLibraryEnumerateKernels(cudaKernel_t *, unsigned int, cudaLibrary_t) { return refuse_library(); }

// The driver's interface is not there: no symbol of it is found, which is an answer, not an error.
cudaError_t cudaGetDriverEntryPoint(const char *symbol, void **function, unsigned long long flags,
                                    enum cudaDriverEntryPointQueryResult *status) {
  return remember_error(find_entry_point(symbol, function, flags, status));
}

cudaError_t cudaGetDriverEntryPointByVersion(const char *symbol, void **function, unsigned int,
                                             unsigned long long flags, enum cudaDriverEntryPointQueryResult *status) {
  return remember_error(find_entry_point(symbol, function, flags, status));
}

} // extern "C"
