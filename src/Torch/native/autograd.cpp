// Gradients: which tensors have them, how they are computed, and where they are not wanted.
#include "shim.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

using namespace cohort;

COHORT_API int32_t cohort_requires_grad(Handle tensor) { return Borrowed(tensor)->requires_grad(); }

COHORT_API int32_t cohort_set_requires_grad(Handle tensor, int32_t required) {
  return perform([&] { Borrowed(tensor)->requires_grad_(required != 0); });
}

// *gradient becomes null where none was computed yet.
COHORT_API int32_t cohort_grad(Handle tensor, Handle* gradient) {
  return perform([&] { *gradient = give(Borrowed(tensor)->grad()); });
}

COHORT_API int32_t cohort_set_grad(Handle tensor, Handle gradient) {
  return perform([&] { Borrowed(tensor)->mutable_grad() = *Borrowed(gradient); });
}

COHORT_API int32_t cohort_forget_grads(const Handle* tensors, int32_t count) {
  return perform([&] {
    for (int32_t i = 0; i < count; ++i) Borrowed(tensors[i])->mutable_grad().reset();
  });
}

COHORT_API int32_t cohort_backward(Handle tensor) {
  return perform([&] { Borrowed(tensor)->backward(); });
}

// results[i] becomes null where an input was not used. grad_outputs is null for outputs of one element each.
COHORT_API int32_t cohort_autograd_grad(const Handle* outputs, int32_t output_count, const Handle* inputs, int32_t input_count,
                                        const Handle* grad_outputs, int32_t retain_graph, int32_t create_graph,
                                        int32_t allow_unused, Handle* results) {
  return perform([&] {
    auto weights = grad_outputs ? borrow_all(grad_outputs, output_count) : std::vector<at::Tensor>();
    auto gradients = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count), weights,
                                           retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (int32_t i = 0; i < input_count; ++i) results[i] = give(std::move(gradients[i]));
  });
}

COHORT_API int32_t cohort_grad_enabled() { return c10::GradMode::is_enabled(); }

COHORT_API void cohort_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

COHORT_API c10::InferenceMode* cohort_enter_inference_mode(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }

COHORT_API void cohort_leave_inference_mode(c10::InferenceMode* mode) { delete mode; }
