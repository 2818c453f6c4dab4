// What every part of the shim shares: handles, and C++ exceptions turned into a message and a null result.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#define COHORT_API extern "C" __attribute__((visibility("default")))

// One build for every x86-64 machine: of a loop's two versions the loader chooses the one with wide registers and fused
// multiply-add, as libtorch does for its own.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define FOR_EACH_CPU
#endif

namespace cohort {

// A tensor crosses the boundary as its counted implementation: the C# side owns one reference.
using Handle = c10::TensorImpl*;

// A number with its kind, so that adding 1 to an int64 tensor does not make it floating point.
struct Number {
  int64_t bits;
  int64_t is_floating;

  operator at::Scalar() const {
    if (!is_floating) return at::Scalar(bits);
    double value;
    static_assert(sizeof value == sizeof bits, "a double is 64 bits");
    __builtin_memcpy(&value, &bits, sizeof value);
    return at::Scalar(value);
  }
};

// A tensor lent by the C# side for one call: no reference is counted. A null handle is the undefined tensor.
class Borrowed {
 public:
  explicit Borrowed(Handle handle) {
    if (handle) tensor_ = at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle));
  }
  ~Borrowed() {
    if (tensor_.defined()) tensor_.unsafeReleaseTensorImpl();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  operator const at::Tensor&() const { return tensor_; }
  const at::Tensor& operator*() const { return tensor_; }
  const at::Tensor* operator->() const { return &tensor_; }

 private:
  at::Tensor tensor_;
};

inline std::vector<at::Tensor> borrow_all(const Handle* handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; ++i) tensors.push_back(*Borrowed(handles[i]));
  return tensors;
}

inline Handle give(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

// Keeps the message of the exception being handled for cohort_last_error of this thread.
void remember_exception() noexcept;

// Runs a body that makes a tensor; null says that it failed.
template <class Body>
Handle produce(Body body) noexcept {
  try {
    return give(body());
  } catch (...) {
    remember_exception();
    return nullptr;
  }
}

// Runs a body for its effect; 0 is success, -1 says that it failed.
template <class Body>
int32_t perform(Body body) noexcept {
  try {
    body();
    return 0;
  } catch (...) {
    remember_exception();
    return -1;
  }
}

inline at::IntArrayRef list(const int64_t* values, int32_t count) { return {values, static_cast<size_t>(count)}; }

}  // namespace cohort
