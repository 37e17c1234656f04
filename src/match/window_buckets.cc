#include "match/window_buckets.h"

#include <algorithm>
#include <bit>
#include <bitset>
#include <numeric>
#include <random>
#include <utility>

#include "match/byte_model.h"

namespace dragnet {

namespace {

constexpr std::size_t kPairs = kSieveTables - kWindowSize;
constexpr std::size_t kFolds = 64;
constexpr int kPasses = 8;

std::uint64_t pair_bits(std::uint64_t first, std::uint64_t second) {
  std::uint64_t out = 0;
  for (unsigned a = 0; a < kFolds; ++a) {
    if ((first >> a & 1) == 0) continue;
    for (std::uint64_t left = second; left != 0; left &= left - 1) {
      out |= std::uint64_t{1} << folded_pair(a, static_cast<unsigned>(std::countr_zero(left)));
    }
  }
  return out;
}

SieveShape shape_of(const LiteralWindow& window) {
  SieveShape out{};
  for (std::size_t i = 0; i < kWindowSize; ++i) out[i] = window.bytes[i];
  for (std::size_t i = 0; i < kPairs; ++i) {
    out[kWindowSize + i] = pair_bits(window.bytes[i], window.bytes[i + 1]);
  }
  return out;
}

// Of the places of source code, how many have one of an entry's bytes or pairs, as if bytes were
// drawn one by one.
class Shares {
 public:
  Shares() {
    std::array<double, kFolds> of_byte{};
    for (unsigned bit = 0; bit < kFolds; ++bit) {
      std::bitset<256> bytes;
      for (unsigned byte = 0; byte < 256; ++byte) bytes[byte] = folded_bit(byte) == bit;
      of_byte[bit] = byte_share(bytes);
    }
    std::array<double, kFolds> of_pair{};
    for (unsigned a = 0; a < kFolds; ++a) {
      for (unsigned b = 0; b < kFolds; ++b) of_pair[folded_pair(a, b)] += of_byte[a] * of_byte[b];
    }
    set_sums(of_byte, &byte_sums_);
    set_sums(of_pair, &pair_sums_);
  }
  double of(const SieveShape& shape) const {
    double rate = 1;
    for (std::size_t i = 0; i < kSieveTables; ++i) {
      rate *= sum(i < kWindowSize ? byte_sums_ : pair_sums_, shape[i]);
    }
    return rate;
  }

 private:
  using Sums = std::array<std::array<double, 256>, 8>;  // of each eight entries

  static void set_sums(const std::array<double, kFolds>& shares, Sums* sums) {
    for (unsigned part = 0; part < 8; ++part) {
      for (unsigned bits = 0; bits < 256; ++bits) {
        for (unsigned i = 0; i < 8; ++i) {
          if ((bits >> i & 1) != 0) (*sums)[part][bits] += shares[8 * part + i];
        }
      }
    }
  }
  static double sum(const Sums& sums, std::uint64_t bits) {
    double out = 0;
    for (unsigned part = 0; part < 8; ++part) out += sums[part][bits >> (8 * part) & 0xff];
    return out;
  }

  Sums byte_sums_{};
  Sums pair_sums_{};
};

class Bucket {
 public:
  void add(const SieveShape& shape, const Shares& shares) { change(shape, 1, shares); }
  void remove(const SieveShape& shape, const Shares& shares) { change(shape, -1, shares); }
  const SieveShape& shape() const { return all_; }

  // What it lets through of source code.
  double rate() const { return rate_; }
  double rate_with(const SieveShape& shape, const Shares& shares) const {
    SieveShape both = shape;
    for (std::size_t i = 0; i < kSieveTables; ++i) both[i] |= all_[i];
    return shares.of(both);
  }

 private:
  void change(const SieveShape& shape, int by, const Shares& shares) {
    for (std::size_t i = 0; i < kSieveTables; ++i) {
      for (std::uint64_t bits = shape[i]; bits != 0; bits &= bits - 1) {
        const auto bit = static_cast<unsigned>(std::countr_zero(bits));
        counts_[i][bit] += by;
        if (counts_[i][bit] > 0) {
          all_[i] |= std::uint64_t{1} << bit;
        } else {
          all_[i] &= ~(std::uint64_t{1} << bit);
        }
      }
    }
    rate_ = shares.of(all_);  // 0 without any
  }

  SieveShape all_{};
  double rate_ = 0;
  std::array<std::array<int, kFolds>, kSieveTables> counts_{};
};

// Where a literal is: in which bucket, by which of its windows.
struct Home {
  std::size_t bucket = kSieveBuckets;
  std::size_t window = 0;
};

struct Choice {
  SieveShape shape;
  double cost;
};

Home best_home(const std::vector<Choice>& windows, const std::vector<Bucket>& buckets,
               const Shares& shares) {
  Home best;
  double least = 0;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (std::size_t b = 0; b < kSieveBuckets; ++b) {
      const double cost =
          windows[w].cost + buckets[b].rate_with(windows[w].shape, shares) - buckets[b].rate();
      if (best.bucket < kSieveBuckets && cost >= least) continue;
      least = cost;
      best = {b, w};
    }
  }
  return best;
}

// In the order in which they come literals that follow each other are alike, and fill one bucket.
std::vector<std::size_t> shuffled(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random;
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

std::vector<std::vector<Choice>> choices_of(
    const std::vector<std::vector<LiteralWindow>>& literals) {
  std::vector<std::vector<Choice>> out;
  out.reserve(literals.size());
  for (const std::vector<LiteralWindow>& windows : literals) {
    out.emplace_back();
    out.back().reserve(windows.size());
    for (const LiteralWindow& window : windows) {
      out.back().push_back({shape_of(window), window.cost});
    }
  }
  return out;
}

}  // namespace

std::vector<SieveShape> spread_windows(const std::vector<std::vector<LiteralWindow>>& windows,
                                       std::vector<std::size_t>* chosen) {
  const std::vector<std::vector<Choice>> literals = choices_of(windows);
  const Shares shares;
  std::vector<Bucket> buckets(kSieveBuckets);
  std::vector<Home> homes(literals.size());
  const std::vector<std::size_t> order = shuffled(literals.size());
  for (int pass = 0; pass < kPasses; ++pass) {
    for (const std::size_t i : order) {
      Home& home = homes[i];
      if (home.bucket < kSieveBuckets) {
        buckets[home.bucket].remove(literals[i][home.window].shape, shares);
      }
      home = best_home(literals[i], buckets, shares);
      buckets[home.bucket].add(literals[i][home.window].shape, shares);
    }
  }
  chosen->clear();
  chosen->reserve(homes.size());
  for (const Home& home : homes) chosen->push_back(home.window);
  std::vector<SieveShape> out;
  out.reserve(buckets.size());
  for (const Bucket& bucket : buckets) out.push_back(bucket.shape());
  return out;
}

}  // namespace dragnet
