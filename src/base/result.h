// Errors are values: what was being done, to what, and what the reader can do about it.
//
// No exception crosses a folder. A function that can fail returns `Result<T>`; libraries that
// throw are caught in the folder that fences them.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace dragnet {

// What kind of failure it is; decides the exit code, never the text.
enum class ErrorKind {
  kUsage,       // the person's words are off: a flag, a path, a configuration or rule file (exit 2)
  kUnreadable,  // something that was asked for cannot be read (the run is incomplete, exit 3)
  kTooLarge,    // it does not fit in the memory promised (incomplete, exit 3)
  kInternal,    // a library refused what it should have taken
};

// One line for a person. `message` says what failed and to what, `hint` (may be empty) what to do.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string hint;

  // "message; hint" on one line.
  std::string text() const { return hint.empty() ? message : message + "; " + hint; }
};

inline Error usage_error(std::string message, std::string hint = {}) {
  return {ErrorKind::kUsage, std::move(message), std::move(hint)};
}
inline Error unreadable_error(std::string message, std::string hint = {}) {
  return {ErrorKind::kUnreadable, std::move(message), std::move(hint)};
}

// A value or an `Error`. Test with `ok()` before `value()`; taking the wrong one is a bug and
// throws `std::bad_variant_access`. Not thread safe, like any value.
template <typename T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is the point
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value.
struct Unit {};
using Status = Result<Unit>;
inline Status ok_status() { return Unit{}; }

}  // namespace dragnet
