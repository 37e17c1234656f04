#include "match/value_model.h"

#include <algorithm>
#include <bit>
#include <sstream>
#include <tuple>

#include "match/embedded_data.h"

namespace dragnet {

// Reads the file, a statement a line; blank lines and comments (#) are skipped:
//   features NAME...                 those of value_features.h, all, in order
//   bias NUMBER
//   name PART WEIGHT
//   tree N                           then N lines, one a node, the first is the root:
//   FEATURE THRESHOLD LEFT           or "leaf VALUE"; LEFT is a later node's number, the one after
//                                    it is the right one
class ValueModel::Reader {
 public:
  Reader() {
    for (std::size_t i = 0; i < kValueFeatures; ++i) {
      features_.emplace(feature_name(i), static_cast<std::uint16_t>(i));
    }
  }

  Result<ValueModel> read(std::string_view text);

 private:
  // What is wrong with it, or nothing.
  std::string statement(const std::string& line);
  std::string begin_tree(std::istringstream* words);
  std::string node(std::istringstream* words, const std::string& first);
  void end_tree();
  void order_splits();

  struct Node {
    std::uint16_t feature = 0;
    float value = 0;       // the threshold, or a leaf's own value
    std::size_t left = 0;  // right is the next one; 0: a leaf
  };

  ValueModel model_;
  std::unordered_map<std::string, std::uint16_t> features_;
  bool known_ = false;
  std::size_t left_in_tree_ = 0;
  std::vector<Node> tree_;
};

Result<ValueModel> ValueModel::Reader::read(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    if (const std::string wrong = statement(line); !wrong.empty()) {
      return unreadable_error("value model: line " + std::to_string(number) + ": " + wrong);
    }
  }
  if (!known_ || left_in_tree_ > 0) return unreadable_error("value model: incomplete");
  order_splits();
  return std::move(model_);
}

std::string ValueModel::Reader::statement(const std::string& line) {
  std::istringstream words(line);
  std::string first;
  words >> first;
  if (left_in_tree_ > 0) return node(&words, first);
  if (first == "tree") return begin_tree(&words);
  if (first == "features") {
    std::string name;
    for (std::size_t i = 0; i < kValueFeatures; ++i) {
      if (!(words >> name) || name != feature_name(i)) return "made for other features";
    }
    known_ = true;
  } else if (first == "bias") {
    if (!(words >> model_.bias_)) return "no number";
  } else if (first == "name") {
    std::string part;
    float weight = 0;
    if (!(words >> part >> weight)) return "a name needs a weight";
    model_.names_[part] = weight;
  } else {
    return "unknown word '" + first + "'";
  }
  return {};
}

std::string ValueModel::Reader::begin_tree(std::istringstream* words) {
  if (!(*words >> left_in_tree_) || left_in_tree_ % 2 == 0 || left_in_tree_ / 2 >= kMostLeaves) {
    return "a tree has an odd number of nodes, at most 63";
  }
  if (model_.trees_ == kMostTrees) return "there are more than 1,024 trees";
  ++model_.trees_;
  tree_.clear();
  return {};
}

std::string ValueModel::Reader::node(std::istringstream* words, const std::string& first) {
  --left_in_tree_;
  Node node;
  if (first == "leaf") {
    if (!(*words >> node.value)) return "a leaf without a value";
  } else {
    const auto feature = features_.find(first);
    if (feature == features_.end()) return "no feature is called '" + first + "'";
    node.feature = feature->second;
    if (!(*words >> node.value >> node.left)) return "a node needs a threshold and a child";
    if (node.left <= tree_.size() || node.left + 1 > tree_.size() + left_in_tree_) {
      return "a node's child is not there";
    }
  }
  tree_.push_back(node);
  if (left_in_tree_ == 0) end_tree();
  return {};
}

// Takes over what was read of a tree. Its leaves are numbered from left to right, so that those of
// a node are one range, its left child's before its right child's.
void ValueModel::Reader::end_tree() {
  const auto tree = static_cast<std::uint16_t>(model_.trees_ - 1);
  // Children come after their parents: how many leaves each node has, then where they begin.
  std::vector<std::size_t> count(tree_.size(), 1);
  for (std::size_t i = tree_.size(); i-- > 0;) {
    if (tree_[i].left != 0) count[i] = count[tree_[i].left] + count[tree_[i].left + 1];
  }
  std::vector<std::size_t> begin(tree_.size());
  const std::size_t first = model_.leaves_.size();
  model_.leaves_.resize(first + kMostLeaves);
  for (std::size_t i = 0; i < tree_.size(); ++i) {
    const Node& node = tree_[i];
    if (node.left == 0) {
      model_.leaves_[first + begin[i]] = node.value;
      continue;
    }
    begin[node.left] = begin[i];
    begin[node.left + 1] = begin[i] + count[node.left];
    const std::uint64_t of_left = ((std::uint64_t{1} << count[node.left]) - 1) << begin[i];
    model_.splits_.push_back(
        {node.feature, tree, node.value, ~static_cast<std::uint32_t>(of_left)});
  }
}

void ValueModel::Reader::order_splits() {
  std::vector<Split>& splits = model_.splits_;
  std::sort(splits.begin(), splits.end(), [](const Split& a, const Split& b) {
    return std::tie(a.feature, a.threshold, a.tree, a.kept) <
           std::tie(b.feature, b.threshold, b.tree, b.kept);
  });
  for (const Split& split : splits) ++model_.from_[split.feature + 1U];
  for (std::size_t i = 1; i < model_.from_.size(); ++i) model_.from_[i] += model_.from_[i - 1];
}

Result<ValueModel> ValueModel::parse(std::string_view text) { return Reader().read(text); }

const ValueModel& ValueModel::standard() {
  static const ValueModel model = [] {
    auto parsed = parse(embedded_value_model());
    return parsed ? std::move(parsed).value() : ValueModel();
  }();
  return model;
}

// As QuickScorer does (Lucchese et al., SIGIR 2015): not tree by tree from the root, of which no
// step is easy to foresee, but feature by feature through all splits whose threshold is below it.
// Each strikes the leaves on its left; the first that is left of a tree is the one that the way
// from the root leads to.
float ValueModel::log_odds(const ValueFeatures& features) const {
  std::array<std::uint32_t, kMostTrees> left;  // NOLINT: filled as far as there are trees
  std::fill_n(left.begin(), trees_, ~std::uint32_t{0});
  for (std::size_t feature = 0; feature < kValueFeatures; ++feature) {
    for (std::uint32_t i = from_[feature]; i < from_[feature + 1]; ++i) {
      const Split& split = splits_[i];
      if (!(features[feature] > split.threshold)) break;
      left[split.tree] &= split.kept;
    }
  }
  float sum = bias_;
  for (std::size_t tree = 0; tree < trees_; ++tree) {
    sum += leaves_[tree * kMostLeaves + static_cast<std::size_t>(std::countr_zero(left[tree]))];
  }
  return sum;
}

float ValueModel::name_weight(std::string_view part) const {
  const auto known = names_.find(part);
  return known == names_.end() ? 0 : known->second;
}

}  // namespace dragnet
