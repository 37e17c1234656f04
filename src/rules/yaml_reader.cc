#include "rules/yaml_reader.h"

#include <yaml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "rules/text.h"

namespace dragnet {

namespace {

constexpr std::size_t kMaxText = 16 << 20;
constexpr std::size_t kMaxNodes = 1'000'000;

// Owns libyaml's parser and the event at hand.
class Events {
 public:
  explicit Events(std::string_view text) {
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (!ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Events() {
    drop();
    if (ready_) yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // The next event; null where there is none. Lives until the next call.
  const yaml_event_t* next() {
    drop();
    if (!ready_ || yaml_parser_parse(&parser_, &event_) == 0) return nullptr;
    held_ = true;
    return &event_;
  }

  std::string problem() const {
    if (!ready_ || parser_.problem == nullptr) return "it cannot be read";
    return parser_.problem;
  }
  std::size_t problem_line() const { return parser_.problem_mark.line + 1; }

 private:
  void drop() {
    if (held_) yaml_event_delete(&event_);
    held_ = false;
  }

  yaml_parser_t parser_{};
  yaml_event_t event_{};
  bool ready_ = false;
  bool held_ = false;
};

std::uint32_t line_of(const yaml_event_t& event) {
  return static_cast<std::uint32_t>(event.start_mark.line + 1);
}

// Puts events together. The stack is our own, so that nesting is a number and no danger.
class TreeBuilder {
 public:
  explicit TreeBuilder(const std::string* file) : file_(file) {}

  std::optional<Error> take(const yaml_event_t& event) {
    const std::uint32_t line = line_of(event);
    switch (event.type) {
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event.data.scalar;
        YamlNode node;
        node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
        node.line = line;
        return add(std::move(node));
      }
      case YAML_SEQUENCE_START_EVENT:
        return open(YamlNode::Kind::kList, line);
      case YAML_MAPPING_START_EVENT:
        return open(YamlNode::Kind::kMap, line);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close();
      case YAML_ALIAS_EVENT:
        return fail(line, "it has an alias, which is not read here");
      default:
        return std::nullopt;
    }
  }

  std::vector<YamlNode> documents() { return std::move(documents_); }

  Error fail(std::size_t line, const std::string& what) const {
    return usage_error(printable(*file_) + ":" + std::to_string(line) + ": YAML: " + what);
  }

 private:
  struct Open {
    YamlNode node;
    std::optional<std::string> key;  // of a map, waiting for its value
  };

  std::optional<Error> open(YamlNode::Kind kind, std::uint32_t line) {
    if (stack_.size() >= kMaxYamlNesting) {
      return fail(line, "it is nested deeper than " + std::to_string(kMaxYamlNesting));
    }
    if (!stack_.empty() && stack_.back().node.kind == YamlNode::Kind::kMap && !stack_.back().key) {
      return fail(line, "a key is a list or a map");
    }
    Open opened;
    opened.node.kind = kind;
    opened.node.line = line;
    stack_.push_back(std::move(opened));
    return std::nullopt;
  }

  std::optional<Error> close() {
    if (stack_.empty()) return fail(0, "an end without a start");
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    return add(std::move(node));
  }

  std::optional<Error> add(YamlNode node) {
    if (++nodes_ > kMaxNodes) return fail(node.line, "it has too many parts");
    if (stack_.empty()) {
      documents_.push_back(std::move(node));
      return std::nullopt;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node.text);
    } else {
      parent.node.members.push_back({*std::move(parent.key), std::move(node)});
      parent.key.reset();
    }
    return std::nullopt;
  }

  const std::string* file_;
  std::vector<Open> stack_;
  std::vector<YamlNode> documents_;
  std::size_t nodes_ = 0;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const auto& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

Result<std::vector<YamlNode>> parse_yaml(std::string_view text, const std::string& file) {
  TreeBuilder tree(&file);
  if (text.size() > kMaxText) return tree.fail(1, "it is larger than 16 MiB");
  Events events(text);
  while (true) {
    const yaml_event_t* event = events.next();
    if (event == nullptr) return tree.fail(events.problem_line(), printable(events.problem()));
    if (event->type == YAML_STREAM_END_EVENT) return tree.documents();
    if (auto error = tree.take(*event)) return *std::move(error);
  }
}

}  // namespace dragnet
