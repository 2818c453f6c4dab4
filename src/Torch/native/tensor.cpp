// A tensor's lifetime, description and memory.
#include "shim.h"

#include <ATen/ops/clone.h>
#include <ATen/ops/copy.h>
#include <ATen/ops/detach.h>

using namespace cohort;

COHORT_API void cohort_free(Handle tensor) {
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(tensor).reset();
}

COHORT_API int64_t cohort_dim(Handle tensor) { return tensor->dim(); }

COHORT_API int64_t cohort_numel(Handle tensor) { return tensor->numel(); }

COHORT_API void cohort_shape(Handle tensor, int64_t* destination) {
  auto sizes = tensor->sizes();
  std::copy(sizes.begin(), sizes.end(), destination);
}

COHORT_API int32_t cohort_dtype(Handle tensor) { return static_cast<int32_t>(c10::typeMetaToScalarType(tensor->dtype())); }

COHORT_API int64_t cohort_element_size(Handle tensor) { return static_cast<int64_t>(tensor->itemsize()); }

COHORT_API int32_t cohort_device(Handle tensor, int32_t* index) {
  auto device = tensor->device();
  *index = device.index();
  return static_cast<int32_t>(device.type());
}

COHORT_API int32_t cohort_is_contiguous(Handle tensor) { return tensor->is_contiguous(); }

COHORT_API void* cohort_data(Handle tensor) {
  void* data = nullptr;
  perform([&] { data = Borrowed(tensor)->data_ptr(); });
  return data;
}

COHORT_API Handle cohort_alias(Handle tensor) {
  return produce([&] { return at::Tensor(*Borrowed(tensor)); });
}

COHORT_API Handle cohort_clone(Handle tensor) {
  return produce([&] { return at::clone(Borrowed(tensor)); });
}

COHORT_API Handle cohort_detach(Handle tensor) {
  return produce([&] { return at::detach(Borrowed(tensor)); });
}

COHORT_API Handle cohort_contiguous(Handle tensor) {
  return produce([&] { return Borrowed(tensor)->contiguous(); });
}

COHORT_API Handle cohort_to(Handle tensor, int32_t device_type, int32_t device_index, int32_t dtype) {
  return produce([&] {
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    return Borrowed(tensor)->to(device, static_cast<c10::ScalarType>(dtype));
  });
}

COHORT_API int32_t cohort_copy_(Handle tensor, Handle source) {
  return perform([&] { Borrowed(tensor)->copy_(Borrowed(source)); });
}

COHORT_API int32_t cohort_item(Handle tensor, double* floating, int64_t* integral) {
  return perform([&] {
    at::Scalar value = Borrowed(tensor)->item();
    if (value.isFloatingPoint()) {
      *floating = value.toDouble();
      *integral = static_cast<int64_t>(*floating);
    } else {
      *integral = value.toLong();
      *floating = static_cast<double>(*integral);
    }
  });
}
