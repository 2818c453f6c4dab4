// Rows of a table, looked up by number.
#include "shim.h"

#include <ATen/ops/embedding.h>
#include <ATen/ops/embedding_bag.h>

using namespace cohort;

COHORT_API Handle cohort_embedding(Handle weight, Handle indices, int64_t padding_index) {
  return produce([&] { return at::embedding(Borrowed(weight), Borrowed(indices), padding_index); });
}

// Indices [N, T] are N bags of T rows each: the operator takes them end to end, with the place where each bag begins.
COHORT_API Handle cohort_embedding_bag(Handle weight, Handle indices, Handle offsets, int64_t mode, int64_t padding_index) {
  return produce([&] {
    return std::get<0>(at::embedding_bag(Borrowed(weight), Borrowed(indices), Borrowed(offsets), /*scale_grad_by_freq=*/false, mode,
                                         /*sparse=*/false, /*per_sample_weights=*/{}, /*include_last_offset=*/false,
                                         padding_index < 0 ? c10::nullopt : c10::optional<int64_t>(padding_index)));
  });
}
