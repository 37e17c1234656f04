#include "match/regex_draw.h"

#include <algorithm>
#include <utility>

namespace dragnet {

namespace {

// A draw that got this long is drawn short from there on.
constexpr std::size_t kMaxDraw = 64 << 10;
constexpr std::uint32_t kUnboundedMore = 64;

// Of a set, what a person could have typed: letters and digits, else what prints, else all of it.
std::vector<char> drawable(const ByteSet& set) {
  std::vector<char> out;
  const auto gather = [&](unsigned low, unsigned high, const auto& wanted) {
    for (unsigned byte = low; byte <= high && set.any(); ++byte) {
      if (set[byte] && wanted(byte)) out.push_back(static_cast<char>(byte));
    }
  };
  const auto is_alnum = [](unsigned byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z');
  };
  const auto any = [](unsigned) { return true; };
  gather('0', 'z', is_alnum);
  if (out.empty()) gather(' ', '~', any);
  if (out.empty()) gather(0, 255, any);
  return out;
}

class Drawer {
 public:
  Drawer(DrawLength length, std::mt19937_64* random) : length_(length), random_(random) {}

  bool draw(const RegexNode& node) {
    using enum RegexNode::Kind;
    switch (node.kind) {
      case kClass:
        return draw_class(node.set);
      case kConcat:
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const RegexNode& child) { return draw(child); });
      case kAlternate:
        return draw_one_of(node.children);
      case kRepeat:
        return draw_repeat(node);
      default:
        return true;
    }
  }

  ByteString take() { return std::move(out_); }

 private:
  bool draw_class(const ByteSet& set) {
    if (set.none()) return false;
    out_ += draw_bytes(set, 1, random_);
    return true;
  }

  // One that accepts anything at all.
  bool draw_one_of(const std::vector<RegexNode>& children) {
    if (children.empty()) return false;
    const std::size_t first = (*random_)() % children.size();
    for (std::size_t i = 0; i < children.size(); ++i) {
      const std::size_t size = out_.size();
      if (draw(children[(first + i) % children.size()])) return true;
      out_.resize(size);
    }
    return false;
  }

  std::uint32_t times(const RegexNode& node) {
    if (out_.size() > kMaxDraw) return node.min;
    const bool bounded = node.max != RegexNode::kUnbounded;
    if (length_ == DrawLength::kLongest) return bounded ? node.max : node.min + kUnboundedMore;
    const std::uint32_t more = bounded ? std::min(node.max - node.min, 2U) : 2;
    return node.min + static_cast<std::uint32_t>((*random_)() % (more + 1));
  }

  bool draw_repeat(const RegexNode& node) {
    if (node.children.empty()) return true;
    const std::uint32_t count = times(node);
    if (node.children[0].kind == RegexNode::Kind::kClass && node.children[0].set.any()) {
      out_ += draw_bytes(node.children[0].set, count, random_);
      return true;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t size = out_.size();
      if (draw(node.children[0])) continue;
      out_.resize(size);
      return i >= node.min;
    }
    return true;
  }

  DrawLength length_;
  std::mt19937_64* random_;
  ByteString out_;
};

void gather_classes(const RegexNode& node, std::uint32_t least, std::vector<ByteSet>* out) {
  if (node.kind == RegexNode::Kind::kRepeat && node.max > least && !node.children.empty()) {
    const RegexNode& child = node.children[0];
    if (child.kind == RegexNode::Kind::kClass && child.set.count() > 1 &&
        std::find(out->begin(), out->end(), child.set) == out->end()) {
      out->push_back(child.set);
    }
  }
  for (const RegexNode& child : node.children) gather_classes(child, least, out);
}

}  // namespace

std::optional<ByteString> draw_text(const RegexNode& regex, DrawLength length,
                                    std::mt19937_64* random) {
  Drawer drawer(length, random);
  if (!drawer.draw(regex)) return std::nullopt;
  return drawer.take();
}

std::vector<ByteSet> repeated_classes(const RegexNode& regex, std::uint32_t least) {
  std::vector<ByteSet> out;
  gather_classes(regex, least, &out);
  return out;
}

ByteString draw_bytes(const ByteSet& set, std::size_t count, std::mt19937_64* random) {
  const std::vector<char> bytes = drawable(set);
  ByteString out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out += bytes[(*random)() % bytes.size()];
  return out;
}

}  // namespace dragnet
