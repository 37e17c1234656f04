// What the passes over a repository's objects share.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/run_state.h"

namespace dragnet {

// What all passes over one target know. Several threads.
struct PassContext {
  PassContext(RunState* run_state, std::uint32_t target_number)
      : state(run_state),
        run(run_state->targets[target_number].get()),
        target(target_number),
        shallow(run->target.repository->shallow()) {}

  RunState* state;
  TargetRun* run;
  std::uint32_t target;
  std::vector<ObjectId> shallow;
  bool connected = false;                // whether every object should be here (the whole history)
  std::vector<std::uint8_t> done;        // per object of the table, where coverage is kept
  std::mutex holders_mutex;              // of run->holders, run->named and the next
  std::set<std::uint32_t> naming_rules;  // that found the secrets of `run->named`

  // Notes that `id`, which `named_by` names ("a tree", "commit 12ab..."), is not here. `name` is
  // what it is called there.
  void missing(const ObjectId& id, const std::string& named_by, ByteView name) const {
    const char* why = run->target.repository->partial() ? "not here (partial clone)" : "missing";
    std::string reason = std::string(why) + ", named by " + named_by;
    state->incomplete.add({id.hex(), std::string(name), std::move(reason)});
  }
};

// One worker's visitor: counts, and hands matches on.
class PassVisitor : public ObjectVisitor {
 public:
  PassVisitor(PassContext* context, unsigned worker)
      : context_(context),
        scanner_(&context->state->scanners[worker]),
        memo_(&context->state->memos[worker]) {}
  ~PassVisitor() override { hand_in_counts(); }
  PassVisitor(const PassVisitor&) = delete;
  PassVisitor& operator=(const PassVisitor&) = delete;

  void unreadable(std::size_t index, const ObjectHeader& header, const Error& error) override;
  bool stopped() const override { return context_->state->stopped(); }

 protected:
  // Counts an object that was read.
  void count(const ObjectView& view);
  // Secrets of the matches found in `bytes`, which stand in the object from `offset` on.
  std::vector<std::uint32_t> collect(const ObjectView& view, ByteView bytes, std::uint64_t offset,
                                     const std::vector<Match>& matches);
  // Whether the object's bytes are to be scanned as what is new in a delta.
  bool by_delta(const ObjectView& view) const {
    return view.is_delta() && context_->state->options.delta_scan;
  }
  bool keeps_state(const ObjectView& view) const {
    return view.has_children && context_->state->options.delta_scan;
  }

  PassContext* context_;
  Scanner* scanner_;
  SecretMemo* memo_;

 private:
  // Objects of each type, by `ObjectType`, and bytes; handed in now and then, because several
  // workers' adding to one number costs more than the number is worth.
  struct Counts {
    std::uint64_t of_type[5] = {};
    std::uint64_t bytes = 0;
    std::uint64_t work = 0;  // as the progress bar has it
    unsigned objects = 0;
  };
  void hand_in_counts();

  Counts counts_;
};

}  // namespace dragnet
