#include "cli/options.h"

#include <charconv>

namespace dragnet {

Result<std::uint64_t> parse_size(const std::string& text) {
  const Error bad = usage_error("'" + text + "' is no size", "write 512M, 1G or 65536");
  std::uint64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || last - end > 1) return bad;
  unsigned shift = 0;
  if (end != last) {
    switch (*end) {
      case 'k':
      case 'K':
        shift = 10;
        break;
      case 'm':
      case 'M':
        shift = 20;
        break;
      case 'g':
      case 'G':
        shift = 30;
        break;
      default:
        return bad;
    }
  }
  if (value > (std::uint64_t{1} << 62) >> shift) return bad;
  return value << shift;
}

Result<int> parse_threshold(const std::string& text) {
  if (text == "low") return 0;
  if (text == "medium") return 50;
  if (text == "high") return 70;
  if (text == "critical") return 90;
  if (text == "never") return 101;
  int value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || value < 0 || value > 100) {
    return usage_error("--fail-on '" + text + "' is no threshold",
                       "use low, medium, high, critical, never or a score from 0 to 100");
  }
  return value;
}

}  // namespace dragnet
