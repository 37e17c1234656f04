// The forest reader: every object of a pack after its delta base (pack/forest_walk.h), and what is
// in no pack, or damaged there, one by one.
//
// What an index says of an object is believed only where that was checked: entries by the CRC of a
// whole index; objects of an index without that, and those of which there are several copies, by
// their ids.

#include <algorithm>
#include <utility>

#include "base/git_hash.h"
#include "input/forest_listing.h"
#include "input/object_reader.h"

namespace dragnet {

namespace {

// Until `allow` says more.
constexpr std::uint64_t kLeastMemory = 16 << 20;

class ForestReader : public ObjectReader {
 public:
  ForestReader(const Repository* repository, unsigned workers, MemoryBudget* budget)
      : repository_(repository), workers_(workers), budget_(budget) {
    set_memory(kLeastMemory);
  }

  Result<ListedObjects> list(unsigned threads) override;
  void allow(std::uint64_t memory) override { set_memory(memory); }
  std::unique_ptr<ReadPass> pass(const ObjectTable& table,
                                 const std::function<bool(ObjectType)>& wanted) override;

 private:
  friend class ForestPass;
  void set_memory(std::uint64_t memory);

  const Repository* repository_;
  unsigned workers_;
  MemoryBudget* budget_;
  std::unique_ptr<BufferAccount> account_;
  PackSessionOptions sessions_;  // for what is read one by one
  std::shared_ptr<const ForestTable> table_;
  std::unique_ptr<ObjectReader> singles_;
};

Result<ListedObjects> ForestReader::list(unsigned threads) {
  ListedObjects listed;
  auto table = ForestTable::make(*repository_, threads, sessions_, &listed.unreadable);
  if (!table) return std::move(table).error();
  table_ = std::move(table).value();
  listed.table = table_;
  return listed;
}

void ForestReader::set_memory(std::uint64_t memory) {
  account_ = std::make_unique<BufferAccount>(memory);
  sessions_.cache_bytes = 1 << 20;
  sessions_.large = std::clamp<std::size_t>(memory / 64, 256 << 10, 16 << 20);
  singles_ = make_session_reader(pack_source(repository_, sessions_), workers_, budget_);
}

// Turns a walk's nodes into the listing's objects.
class NodeAdapter : public NodeVisitor {
 public:
  NodeAdapter(const Repository* repository, const PackSessionOptions& options, const Grove* grove,
              const ForestTable* table, ObjectVisitor* visitor)
      : repository_(repository),
        options_(options),
        grove_(grove),
        table_(table),
        visitor_(visitor),
        hasher_(grove->pack->index.id_size()) {}

  std::shared_ptr<const NodeState> visit(const NodeView& node) override {
    ObjectView view;
    const std::uint32_t place = grove_->place(node.node);
    view.table = table_;
    view.type = grove_->forest.type(node.node);
    view.work = grove_->forest.end(node.node) - grove_->forest.offset(node.node);
    if (place == Grove::kCopy) {
      if (!node.has_children) return nullptr;
    } else {
      view.index = place;
      if ((!grove_->trusted || table_->several(place)) && !is(view.id(), node)) {
        read_elsewhere(place, unreadable_error("its id is not that of its bytes"));
        return nullptr;
      }
    }
    view.bytes = node.bytes;
    view.has_children = node.has_children;
    view.ops = node.ops;
    view.base_state = node.base_state;
    return visitor_->object(view);
  }

  void damaged(std::uint32_t node, const Error& error) override {
    const std::uint32_t place = grove_->place(node);
    if (place != Grove::kCopy) read_elsewhere(place, error);
  }

  bool stopped() const override { return visitor_->stopped(); }

 private:
  bool is(const ObjectId& id, const NodeView& node) {
    const auto made = hasher_.object(grove_->forest.type(node.node), node.bytes);
    return made && *made == id;
  }

  // Another copy may be good.
  void read_elsewhere(std::uint32_t place, const Error& reason) {
    const ObjectHeader header = table_->header(place);
    if (!session_) {
      auto opened = repository_->open_pack_session(options_);
      if (opened) session_ = std::move(opened).value();
    }
    auto read = session_ ? session_->read(header.id) : Result<ObjectSession::View>(reason);
    if (!read || read->type != header.type) {
      visitor_->unreadable(place, header, read ? unreadable_error(kWrongType) : reason);
      return;
    }
    visitor_->object(ObjectView::whole(table_, place, header, read->bytes));
  }

  const Repository* repository_;
  PackSessionOptions options_;
  const Grove* grove_;
  const ForestTable* table_;
  ObjectVisitor* visitor_;
  GitHasher hasher_;
  std::unique_ptr<ObjectSession> session_;
};

class ForestPass : public ReadPass {
 public:
  ForestPass(ForestReader* reader, const std::function<bool(ObjectType)>& wanted)
      : reader_(reader), table_(*reader->table_) {
    ForestWalk::Options options;
    options.large = reader->sessions_.large;
    for (const auto& grove : table_.groves()) {
      std::vector<std::uint32_t> roots;
      for (const std::uint32_t root : grove->forest.roots()) {
        if (wanted(grove->forest.type(root))) roots.push_back(root);
      }
      options.check_crc = grove->trusted;
      walks_.push_back(std::make_unique<ForestWalk>(grove->pack, &grove->forest, std::move(roots),
                                                    reader->account_.get(), options));
    }
    singles_ = reader->singles_->pass(table_.singles(), wanted);
  }

  void work(unsigned worker, ObjectVisitor* visitor) override {
    for (std::size_t i = 0; i < walks_.size() && !visitor->stopped(); ++i) {
      NodeAdapter adapter(reader_->repository_, reader_->sessions_, table_.groves()[i].get(),
                          &table_, visitor);
      walks_[i]->work(&adapter);
    }
    Renumbered renumbered(&table_, visitor);
    singles_->work(worker, &renumbered);
  }

 private:
  // Shows what was read one by one under its place in the whole table.
  class Renumbered : public ObjectVisitor {
   public:
    Renumbered(const ForestTable* table, ObjectVisitor* visitor)
        : table_(table), visitor_(visitor) {}
    std::shared_ptr<const NodeState> object(const ObjectView& view) override {
      ObjectView placed = view;
      placed.table = table_;
      placed.index += table_->first_single();
      return visitor_->object(placed);
    }
    void unreadable(std::size_t index, const ObjectHeader& header, const Error& error) override {
      visitor_->unreadable(table_->first_single() + index, header, error);
    }
    bool stopped() const override { return visitor_->stopped(); }

   private:
    const ForestTable* table_;
    ObjectVisitor* visitor_;
  };

  ForestReader* reader_;
  const ForestTable& table_;
  std::vector<std::unique_ptr<ForestWalk>> walks_;  // by grove
  std::unique_ptr<ReadPass> singles_;
};

std::unique_ptr<ReadPass> ForestReader::pass(const ObjectTable&,
                                             const std::function<bool(ObjectType)>& wanted) {
  return std::make_unique<ForestPass>(this, wanted);
}

}  // namespace

std::unique_ptr<ObjectReader> make_forest_reader(const Repository* repository, unsigned workers,
                                                 MemoryBudget* budget) {
  return std::make_unique<ForestReader>(repository, workers, budget);
}

}  // namespace dragnet
