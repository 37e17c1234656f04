#include "match/path_names.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "match/anchor_places.h"
#include "match/regex_ast.h"

namespace dragnet {

namespace {

// `$` is kept apart neither from `\B` nor from what it is with (?m): told from the text.
bool ends_at_text_end(const std::string& regex) {
  if (!regex.ends_with('$') || regex.ends_with("\\$")) return false;
  for (std::size_t at = regex.find("(?"); at != std::string::npos; at = regex.find("(?", at + 2)) {
    const std::size_t flags_end = std::min(regex.find_first_of(":)<", at), regex.size());
    if (regex.substr(at, flags_end - at).find('m') != std::string::npos) return false;
  }
  return true;
}

// What every path that the regex accepts ends with, without a '/'; none where it does not tell.
std::optional<RegexNfa> ending_of(const std::string& path) {
  if (!ends_at_text_end(path)) return std::nullopt;
  const auto tree = parse_regex(path);
  if (!tree || tree->kind != RegexNode::Kind::kConcat || tree->children.empty() ||
      tree->children.back().kind != RegexNode::Kind::kTextEnd) {
    return std::nullopt;
  }
  const auto& parts = tree->children;
  auto first = parts.end() - 1;
  while (first != parts.begin() && !can_hold(*(first - 1), '/')) --first;
  RegexNode ending;
  ending.kind = RegexNode::Kind::kConcat;
  ending.children.assign(first, parts.end() - 1);
  auto nfa = build_nfa(ending);
  if (!nfa || nfa->nullable) return std::nullopt;
  return nfa;
}

// Reads the name backwards, from all places that the ending can end with.
bool ends_with(ByteView name, const RegexNfa& ending) {
  NfaPlaces open;
  for (std::uint32_t place = 0; place < ending.places.size(); ++place) {
    if (ending.places[place].last) open.push_back(place);
  }
  NfaPlaces next;
  for (std::size_t i = name.size(); i-- > 0 && !open.empty();) {
    next.clear();
    for (const std::uint32_t number : open) {
      const RegexNfa::Place& place = ending.places[number];
      if (!place.set[octet(name[i])]) continue;
      if (place.first) return true;
      next.insert(next.end(), place.previous.begin(), place.previous.end());
    }
    tidy(&next);
    open.swap(next);
  }
  return false;
}

}  // namespace

bool tells_name(const std::string& path) { return ending_of(path).has_value(); }

PathNames::PathNames(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    auto ending = ending_of(path);
    anything_ = anything_ || !ending;
    if (!ending) continue;
    index(*ending, static_cast<std::uint16_t>(endings_.size()));
    endings_.push_back(*std::move(ending));
  }
}

void PathNames::index(const RegexNfa& ending, std::uint16_t number) {
  const auto add = [&](std::vector<std::uint16_t>* numbers) {
    if (numbers->empty() || numbers->back() != number) numbers->push_back(number);
  };
  for (const RegexNfa::Place& last : ending.places) {
    if (!last.last) continue;
    if (last.first) add(&short_);
    ByteSet before;
    for (const std::uint32_t place : last.previous) before |= ending.places[place].set;
    for (unsigned low = 0; low < 256; ++low) {
      if (!last.set[low]) continue;
      for (unsigned high = 0; high < 256; ++high) {
        if (before[high]) add(&by_pair_[static_cast<std::uint16_t>(high << 8 | low)]);
      }
    }
  }
}

bool PathNames::may_be(ByteView name) const {
  if (anything_) return true;
  const auto any_of = [&](const std::vector<std::uint16_t>& endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::uint16_t number) { return ends_with(name, endings_[number]); });
  };
  if (!name.empty() && any_of(short_)) return true;
  if (name.size() < 2) return false;
  const unsigned pair = octet(name[name.size() - 2]) << 8 | octet(name.back());
  const auto endings = by_pair_.find(static_cast<std::uint16_t>(pair));
  return endings != by_pair_.end() && any_of(endings->second);
}

}  // namespace dragnet
