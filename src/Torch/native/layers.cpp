// What the layers of a network and its losses compute.
#include "shim.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/im2col.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/nll_loss.h>

using namespace cohort;

COHORT_API Handle cohort_linear(Handle input, Handle weight, Handle bias) {
  return produce([&] { return at::linear(Borrowed(input), Borrowed(weight), *Borrowed(bias)); });
}

COHORT_API Handle cohort_conv1d(Handle input, Handle weight, Handle bias, int64_t stride, int64_t padding, int64_t dilation,
                                int64_t groups) {
  return produce([&] {
    return at::conv1d(Borrowed(input), Borrowed(weight), *Borrowed(bias), {stride}, {padding}, {dilation}, groups);
  });
}

COHORT_API Handle cohort_conv2d(Handle input, Handle weight, Handle bias, const int64_t* stride, const int64_t* padding,
                                const int64_t* dilation, int64_t groups) {
  return produce([&] {
    return at::conv2d(Borrowed(input), Borrowed(weight), *Borrowed(bias), list(stride, 2), list(padding, 2), list(dilation, 2),
                      groups);
  });
}

COHORT_API Handle cohort_unfold(Handle input, const int64_t* kernel, const int64_t* dilation, const int64_t* padding,
                                const int64_t* stride) {
  return produce([&] {
    return at::im2col(Borrowed(input), list(kernel, 2), list(dilation, 2), list(padding, 2), list(stride, 2));
  });
}

COHORT_API Handle cohort_group_norm(Handle input, int64_t groups, Handle weight, Handle bias, double eps) {
  return produce([&] { return at::group_norm(Borrowed(input), groups, *Borrowed(weight), *Borrowed(bias), eps); });
}

COHORT_API Handle cohort_avg_pool2d(Handle input, int64_t kernel, int64_t stride, int64_t padding, int32_t ceil_mode,
                                    int32_t count_include_pad) {
  return produce([&] {
    return at::avg_pool2d(Borrowed(input), kernel, stride, padding, ceil_mode != 0, count_include_pad != 0);
  });
}

COHORT_API Handle cohort_adaptive_avg_pool2d(Handle input, int64_t height, int64_t width) {
  return produce([&] { return at::adaptive_avg_pool2d(Borrowed(input), {height, width}); });
}

COHORT_API Handle cohort_cross_entropy(Handle input, Handle target, Handle weight, int64_t ignore_index, int64_t reduction,
                                       double label_smoothing) {
  return produce([&] {
    return at::cross_entropy_loss(Borrowed(input), Borrowed(target), *Borrowed(weight), reduction, ignore_index, label_smoothing);
  });
}

COHORT_API Handle cohort_nll_loss(Handle input, Handle target, Handle weight, int64_t reduction) {
  return produce([&] { return at::nll_loss(Borrowed(input), Borrowed(target), *Borrowed(weight), reduction); });
}

COHORT_API Handle cohort_mse_loss(Handle input, Handle target, int64_t reduction) {
  return produce([&] { return at::mse_loss(Borrowed(input), Borrowed(target), reduction); });
}
