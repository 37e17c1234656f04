#include "match/value_model.h"

#include <sstream>

#include "match/embedded_data.h"

namespace dragnet {

// The file, a statement a line; blank lines and comments (#) are skipped:
//   features NAME...                 those of value_features.h, all, in order
//   bias NUMBER
//   name PART WEIGHT
//   tree N                           then N lines, one a node, the first is the root:
//   FEATURE THRESHOLD LEFT           or "leaf VALUE"; LEFT is a later node's number, the one after
//                                    it is the right one
Result<ValueModel> ValueModel::parse(std::string_view text) {
  ValueModel model;
  std::istringstream lines{std::string(text)};
  std::string line;
  std::size_t number = 0;
  const auto bad = [&](const std::string& what) {
    return unreadable_error("value model: line " + std::to_string(number) + ": " + what);
  };
  std::unordered_map<std::string, std::uint16_t> features;
  for (std::size_t i = 0; i < kValueFeatures; ++i) {
    features.emplace(feature_name(i), static_cast<std::uint16_t>(i));
  }
  bool known = false;
  std::size_t left_in_tree = 0;
  while (std::getline(lines, line)) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (left_in_tree > 0) {
      --left_in_tree;
      std::vector<Node>& tree = model.trees_.back();
      Node node;
      if (first == "leaf") {
        if (!(words >> node.value)) return bad("a leaf without a value");
      } else {
        const auto feature = features.find(first);
        if (feature == features.end()) return bad("no feature is called '" + first + "'");
        node.feature = feature->second;
        if (!(words >> node.value >> node.left)) return bad("a node needs a threshold and a child");
        if (node.left <= tree.size() || node.left + 1U > tree.size() + left_in_tree) {
          return bad("a node's child is not there");
        }
      }
      tree.push_back(node);
    } else if (first == "features") {
      std::string name;
      for (std::size_t i = 0; i < kValueFeatures; ++i) {
        if (!(words >> name) || name != feature_name(i)) return bad("made for other features");
      }
      known = true;
    } else if (first == "bias") {
      if (!(words >> model.bias_)) return bad("no number");
    } else if (first == "name") {
      std::string part;
      float weight = 0;
      if (!(words >> part >> weight)) return bad("a name needs a weight");
      model.names_[part] = weight;
    } else if (first == "tree") {
      if (!(words >> left_in_tree) || left_in_tree == 0 || left_in_tree > 4096) {
        return bad("a tree needs 1 to 4,096 nodes");
      }
      model.trees_.emplace_back();
    } else {
      return bad("unknown word '" + first + "'");
    }
  }
  if (!known || left_in_tree > 0) return bad("incomplete");
  return model;
}

const ValueModel& ValueModel::standard() {
  static const ValueModel model = [] {
    auto parsed = parse(embedded_value_model());
    return parsed ? std::move(parsed).value() : ValueModel();
  }();
  return model;
}

float ValueModel::log_odds(const ValueFeatures& features) const {
  float sum = bias_;
  for (const std::vector<Node>& tree : trees_) {
    const Node* node = tree.data();
    while (node->left != 0) {
      node = &tree[node->left + (features[node->feature] <= node->value ? 0U : 1U)];
    }
    sum += node->value;
  }
  return sum;
}

float ValueModel::name_weight(std::string_view part) const {
  const auto known = names_.find(std::string(part));
  return known == names_.end() ? 0 : known->second;
}

}  // namespace dragnet
