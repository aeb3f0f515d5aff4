// NVTX in C and C++ and the profiler's switches: accepted, without effect.
// EXPECT: -2 -2 0 0 ok 3
#include <cstdio>
#include <cuda_profiler_api.h>
#include <nvToolsExt.h>
#include <nvtx3/nvToolsExtCudaRt.h>
#include <nvtx3/nvToolsExtSync.h>
#include <nvtx3/nvtx3.hpp>
struct work { static constexpr char const *name = "work"; };
struct loading { static constexpr char const *name = "loading"; static constexpr uint32_t id = 4; };
struct text { static constexpr char const *message = "registered"; };
__global__ void kernel(int *p) { *p = 3; }
static int annotated(int *p) {
  NVTX3_FUNC_RANGE();
  nvtx3::scoped_range range{"launch", nvtx3::rgb{255, 0, 0}, nvtx3::payload{7}};
  nvtx3::scoped_range_in<work> inner{nvtx3::event_attributes{"inner", nvtx3::category{2}}};
  nvtx3::scoped_range_in<work> third{nvtx3::registered_string_in<work>::get<text>(),
                                     nvtx3::named_category_in<work>::get<loading>(), nvtx3::color{0xff00ff00}};
  nvtx3::mark("here");
  nvtx3::mark_in<work>("there", nvtx3::argb{1, 2, 3, 4});
  auto handle = nvtx3::start_range("process");
  nvtx3::unique_range unique{"unique"};
  nvtx3::unique_range moved = std::move(unique);
  kernel<<<1, 1>>>(p);
  nvtx3::end_range(handle);
  return cudaDeviceSynchronize();
}
int main() {
  int *p;
  cudaMallocManaged(&p, 4);
  nvtxEventAttributes_t attributes = {};
  attributes.version = NVTX_VERSION;
  attributes.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
  attributes.messageType = NVTX_MESSAGE_TYPE_ASCII;
  attributes.message.ascii = "x";
  attributes.payload.ullValue = 3;
  nvtxDomainHandle_t domain = nvtxDomainCreateA("d");
  nvtxDomainMarkEx(domain, &attributes);
  nvtxMark("m");
  int depth = nvtxRangePush("outer"), popped = nvtxRangePop();
  nvtxRangeEnd(nvtxRangeStart("r"));
  nvtxNameCudaStream(0, "default");
  nvtxNameOsThread(1, "main");
  nvtxDomainNameCategory(domain, 1, "c");
  nvtxDomainSyncUserReleasing(nvtxDomainSyncUserCreate(domain, nullptr));
  nvtxDomainDestroy(domain);
  printf("%d %d %d ", depth, popped, cudaProfilerStart() + cudaProfilerStop());
  printf("%d ok %d\n", annotated(p), *p);
}
