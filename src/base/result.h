// Result<T, E>: a value or an error, which the caller may not ignore. See STYLE.md 3.
#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace jarvis {

/// tl::expected that is [[nodiscard]] (Debian's 1.0.0 is not) and that converts from any error
/// from which E can be made, so that TRY passes a store's Error on as the API's error.
template <typename T, typename E = Error>
class [[nodiscard]] Result : public tl::expected<T, E> {
  using Base = tl::expected<T, E>;

 public:
  using Base::Base;
  Result(E error) : Base(tl::unexpect, std::move(error)) {}  // NOLINT: a bare error is a Result
  template <typename F>
    requires(!std::is_convertible_v<F, E> && std::is_constructible_v<E, F>)             // the rest is the base's
  Result(tl::unexpected<F> error) : Base(tl::unexpect, E(std::move(error.value()))) {}  // NOLINT
};

using Status = Result<void>;

}  // namespace jarvis

#define JV_CONCAT_(a, b) a##b
#define JV_CONCAT(a, b) JV_CONCAT_(a, b)
#define JV_TRY_(result, declaration, ...)                             \
  auto result = (__VA_ARGS__);                                        \
  if (!result) return tl::make_unexpected(std::move(result).error()); \
  declaration = std::move(*result)
/// TRY(auto x, f()): x is f()'s value, or this function returns f()'s error.
#define TRY(declaration, ...) JV_TRY_(JV_CONCAT(jv_result_, __COUNTER__), declaration, __VA_ARGS__)
/// CHECK_OK(f()): go on if f() worked, otherwise return its error.
#define CHECK_OK(...)                                                                                         \
  do {                                                                                                        \
    if (auto jv_status = (__VA_ARGS__); !jv_status) return tl::make_unexpected(std::move(jv_status).error()); \
  } while (false)
