#include "rules/rule.h"

#include <array>

namespace dragnet {

namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 4> kSensitivities = {"low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 5> kKinds = {"secret", "bucket", "module", "artifact",
                                                    "exposure"};

template <typename Enum, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : "unknown";
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Sensitivity sensitivity) { return name_of(kSensitivities, sensitivity); }

std::string_view to_string(FindingKind kind) { return name_of(kKinds, kind); }

std::optional<Sensitivity> parse_sensitivity(std::string_view text) {
  return value_of<Sensitivity>(kSensitivities, text);
}

std::optional<FindingKind> parse_kind(std::string_view text) {
  return value_of<FindingKind>(kKinds, text);
}

}  // namespace dragnet
