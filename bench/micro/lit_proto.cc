// lit_proto PACK|"" TEXT [rounds]: the stage's speed
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include "match/rule_pack.h"
#include "match/hyperscan.h"
#include "rules/loader.h"
using namespace dragnet;
static double now() { timespec t{}; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return double(t.tv_sec) + double(t.tv_nsec) * 1e-9; }
int main(int argc, char** argv) {
  std::shared_ptr<const RulePack> pack;
  std::ifstream in(argv[1], std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  auto got = bytes.empty() ? Result<std::shared_ptr<const RulePack>>(usage_error("x")) : RulePack::from_bytes(bytes);
  if (got) pack = std::move(got).value();
  else {
    double s = now();
    pack = RulePack::compile(load_rules(default_rule_files()).value()).value();
    std::printf("compile %.2f s\n", now() - s);
    std::ofstream(argv[1], std::ios::binary) << pack->to_bytes().value();
  }
  { double s = now(); bytes = pack->to_bytes().value(); auto x = RulePack::from_bytes(bytes); std::printf("reload %.2f ms, %zu KB, db %zu KB, rest %s\n", (now() - s) * 1e3, bytes.size() >> 10, pack->database().size() >> 10, pack->database().get() ? "yes" : "no"); }
  std::ifstream t(argv[2], std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(t), {});
  auto scratch = HyperscanScratch::allocate(pack->database());
  std::vector<AnchorHit> hits;
  double best = 1e9; std::size_t count = 0; std::uint64_t sum = 0;
  for (int r = 0; r < (argc > 3 ? atoi(argv[3]) : 5); ++r) {
    double s = now(); count = 0; sum = 0;
    for (std::size_t at = 0; at < text.size(); at += 256 << 10) {
      hits.clear();
      if (!scratch->scan(pack->database(), ByteView(text).substr(at, 256 << 10), &hits)) return 2;
      count += hits.size();
      for (auto& h : hits) sum += (std::uint64_t{h.end} * 1000003 ^ pack->rule_of_pattern(h.pattern)) * 0x9E3779B97F4A7C15ULL >> 7;
    }
    best = std::min(best, now() - s);
  }
  std::printf("%.3f GB/s, %zu hits, sum %llx\n", double(text.size()) * 1e-9 / best, count, static_cast<unsigned long long>(sum));
}
