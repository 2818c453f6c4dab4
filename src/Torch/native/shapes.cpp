// Operations that give another view or arrangement of the same elements.
#include "shim.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/expand.h>
#include <ATen/ops/flatten.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/narrow.h>
#include <ATen/ops/permute.h>
#include <ATen/ops/reshape.h>
#include <ATen/ops/select.h>
#include <ATen/ops/squeeze.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/t.h>
#include <ATen/ops/transpose.h>
#include <ATen/ops/unsqueeze.h>
#include <ATen/ops/view.h>

using namespace cohort;

COHORT_API Handle cohort_view(Handle a, const int64_t* shape, int32_t dims) {
  return produce([&] { return Borrowed(a)->view(list(shape, dims)); });
}

COHORT_API Handle cohort_reshape(Handle a, const int64_t* shape, int32_t dims) {
  return produce([&] { return at::reshape(Borrowed(a), list(shape, dims)); });
}

COHORT_API Handle cohort_expand(Handle a, const int64_t* shape, int32_t dims) {
  return produce([&] { return Borrowed(a)->expand(list(shape, dims)); });
}

COHORT_API Handle cohort_permute(Handle a, const int64_t* dims, int32_t count) {
  return produce([&] { return at::permute(Borrowed(a), list(dims, count)); });
}

COHORT_API Handle cohort_flip(Handle a, const int64_t* dims, int32_t count) {
  return produce([&] { return at::flip(Borrowed(a), list(dims, count)); });
}

COHORT_API Handle cohort_flatten(Handle a, int64_t start, int64_t end) {
  return produce([&] { return at::flatten(Borrowed(a), start, end); });
}

COHORT_API Handle cohort_narrow(Handle a, int64_t dim, int64_t start, int64_t length) {
  return produce([&] { return at::narrow(Borrowed(a), dim, start, length); });
}

COHORT_API Handle cohort_select(Handle a, int64_t dim, int64_t index) {
  return produce([&] { return at::select(Borrowed(a), dim, index); });
}

COHORT_API Handle cohort_index_select(Handle a, int64_t dim, Handle index) {
  return produce([&] { return at::index_select(Borrowed(a), dim, Borrowed(index)); });
}

COHORT_API Handle cohort_t(Handle a) {
  return produce([&] { return at::t(Borrowed(a)); });
}

COHORT_API Handle cohort_transpose(Handle a, int64_t dim0, int64_t dim1) {
  return produce([&] { return at::transpose(Borrowed(a), dim0, dim1); });
}

COHORT_API Handle cohort_unsqueeze(Handle a, int64_t dim) {
  return produce([&] { return at::unsqueeze(Borrowed(a), dim); });
}

COHORT_API Handle cohort_squeeze(Handle a) {
  return produce([&] { return at::squeeze(Borrowed(a)); });
}

COHORT_API Handle cohort_squeeze_dim(Handle a, int64_t dim) {
  return produce([&] { return at::squeeze(Borrowed(a), dim); });
}

COHORT_API Handle cohort_cat(const Handle* tensors, int32_t count, int64_t dim) {
  return produce([&] { return at::cat(borrow_all(tensors, count), dim); });
}

COHORT_API Handle cohort_stack(const Handle* tensors, int32_t count, int64_t dim) {
  return produce([&] { return at::stack(borrow_all(tensors, count), dim); });
}
