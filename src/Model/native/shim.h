// What the shims share: the visible names, and the border that no exception crosses.

#pragma once

#include <cstdint>
#include <cstring>
#include <exception>

#define COHORT_API extern "C" __attribute__((visibility("default")))

namespace {

template <typename Body>
int guarded(char* error, int32_t error_length, Body body) {
  try {
    body();
    return 0;
  } catch (const std::exception& problem) {
    std::strncpy(error, problem.what(), static_cast<size_t>(error_length - 1));
    error[error_length - 1] = '\0';
    return 1;
  } catch (...) {
    std::strncpy(error, "an exception of unknown type", static_cast<size_t>(error_length - 1));
    error[error_length - 1] = '\0';
    return 1;
  }
}

}  // namespace
