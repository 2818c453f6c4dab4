// Tensors made from nothing, or around memory that the C# side pins.
#include "shim.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>

using namespace cohort;

namespace {

at::TensorOptions options(int32_t dtype, int32_t device_type, int32_t device_index, int32_t requires_grad) {
  c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
  return at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype)).device(device).requires_grad(requires_grad != 0);
}

// Autograd is not asked at creation in ATen's own factories; a leaf that wants gradients says so afterwards.
at::Tensor as_leaf(at::Tensor tensor, int32_t requires_grad) {
  return requires_grad ? tensor.set_requires_grad(true) : tensor;
}

}  // namespace

COHORT_API Handle cohort_empty(const int64_t* shape, int32_t dims, int32_t dtype, int32_t device_type, int32_t device_index,
                               int32_t requires_grad) {
  return produce([&] {
    return as_leaf(at::empty(list(shape, dims), options(dtype, device_type, device_index, 0)), requires_grad);
  });
}

COHORT_API Handle cohort_full(const int64_t* shape, int32_t dims, Number value, int32_t dtype, int32_t device_type,
                              int32_t device_index, int32_t requires_grad) {
  return produce([&] {
    return as_leaf(at::full(list(shape, dims), value, options(dtype, device_type, device_index, 0)), requires_grad);
  });
}

COHORT_API Handle cohort_arange(Number start, Number stop, Number step, int32_t dtype, int32_t device_type, int32_t device_index,
                                int32_t requires_grad) {
  return produce([&] {
    return as_leaf(at::arange(start, stop, step, options(dtype, device_type, device_index, 0)), requires_grad);
  });
}

// `release(pin)` is called once, when the last tensor that shares the memory dies.
COHORT_API Handle cohort_from_blob(void* data, const int64_t* shape, int32_t dims, int32_t dtype, int32_t requires_grad,
                                   void (*release)(void*), void* pin) {
  return produce([&] {
    return as_leaf(at::from_blob(data, list(shape, dims), [release, pin](void*) { release(pin); },
                                 options(dtype, static_cast<int32_t>(c10::kCPU), -1, 0)),
                   requires_grad);
  });
}
