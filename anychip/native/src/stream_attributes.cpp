// Attributes of streams: kept and reported. The priority has an effect; the others advise caches and waiting hosts.
#include <algorithm>
#include <mutex>
#include "anychip/error.h"
#include "stream_registry.h"

using namespace anychip;

namespace {

std::mutex &attributes_mutex() {
  static std::mutex *instance = new std::mutex;
  return *instance;
}

bool is_stream_attribute(cudaLaunchAttributeID attribute) {
  return attribute == cudaLaunchAttributeAccessPolicyWindow || attribute == cudaLaunchAttributePriority ||
         attribute == cudaLaunchAttributeSynchronizationPolicy || attribute == cudaLaunchAttributeMemSyncDomain ||
         attribute == cudaLaunchAttributeMemSyncDomainMap;
}

bool is_valid(cudaLaunchAttributeID attribute, const cudaLaunchAttributeValue &value) {
  if (attribute == cudaLaunchAttributePriority)
    return value.priority >= greatest_priority && value.priority <= least_priority;
  if (attribute == cudaLaunchAttributeSynchronizationPolicy)
    return value.syncPolicy >= cudaSyncPolicyAuto && value.syncPolicy <= cudaSyncPolicyBlockingSync;
  const float ratio = value.accessPolicyWindow.hitRatio;
  return attribute != cudaLaunchAttributeAccessPolicyWindow || (ratio >= 0 && ratio <= 1);
}

cudaError_t set_attribute(Stream &stream, cudaLaunchAttributeID attribute, const cudaLaunchAttributeValue *value) {
  if (!value || !is_stream_attribute(attribute) || !is_valid(attribute, *value)) return cudaErrorInvalidValue;
  if (attribute == cudaLaunchAttributePriority) {
    stream.set_priority(value->priority);
    return cudaSuccess;
  }
  std::lock_guard lock(attributes_mutex());
  stream.attributes[attribute] = *value;
  return cudaSuccess;
}

cudaError_t get_attribute(const Stream &stream, cudaLaunchAttributeID attribute, cudaLaunchAttributeValue *value) {
  if (!value || !is_stream_attribute(attribute)) return cudaErrorInvalidValue;
  *value = {};
  if (attribute == cudaLaunchAttributeSynchronizationPolicy) value->syncPolicy = cudaSyncPolicyAuto;
  if (attribute == cudaLaunchAttributePriority) value->priority = stream.priority();
  std::lock_guard lock(attributes_mutex());
  if (auto found = stream.attributes.find(attribute); found != stream.attributes.end()) *value = found->second;
  return cudaSuccess;
}

} // namespace

extern "C" {

cudaError_t cudaStreamSetAttribute(cudaStream_t handle, cudaLaunchAttributeID attribute,
                                   const cudaLaunchAttributeValue *value) {
  return device_call([&] {
    StreamRef stream = find_stream(handle);
    return stream ? set_attribute(*stream, attribute, value) : cudaErrorInvalidResourceHandle;
  });
}

cudaError_t cudaStreamGetAttribute(cudaStream_t handle, cudaLaunchAttributeID attribute,
                                   cudaLaunchAttributeValue *value) {
  return device_call([&] {
    StreamRef stream = find_stream(handle);
    return stream ? get_attribute(*stream, attribute, value) : cudaErrorInvalidResourceHandle;
  });
}

cudaError_t cudaStreamCopyAttributes(cudaStream_t to, cudaStream_t from) {
  return device_call([&] {
    StreamRef target = find_stream(to), source = find_stream(from);
    if (!target || !source) return cudaErrorInvalidResourceHandle;
    target->set_priority(source->priority());
    std::lock_guard lock(attributes_mutex());
    if (target != source) target->attributes = source->attributes;
    return cudaSuccess;
  });
}

} // extern "C"
