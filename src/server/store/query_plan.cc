#include "server/store/query_plan.h"

#include <algorithm>
#include <bitset>
#include <cmath>

#include "server/store/facts.h"
#include "server/store/words.h"

namespace jarvis::server::store {
namespace {

// Below this many rows every way is fast.
constexpr std::int64_t kSmallTable = 500;
constexpr std::int64_t kSampledRows = 256;
constexpr double kNone = 0.05;  // a sampled row
constexpr std::size_t kConditionsMax = 32;
// Words are counted no further: so many rows are fetched and sorted in a few milliseconds.
constexpr std::int64_t kCountedMax = 2000;
// Rows of one value likewise, where the sample has seen only so much of them.
constexpr std::int64_t kValuesCountedMax = 4000;
constexpr double kFewOfSample = 0.02;

// So many hidden projects are read before the first row is looked at.
constexpr std::int64_t kFewProjects = 500;

// What things cost, in microseconds on a machine of today; only their proportions matter.
constexpr double kIndexEntry = 0.25;  // the next entry of an index, with what stands in it
constexpr double kScannedRow = 0.6;   // the next row of the table
constexpr double kFetchedRow = 2.5;   // the row of an index entry
constexpr double kWordOfRow = 2.0;    // does this row have that word?
constexpr double kDocument = 12.0;    // the row's document, and a value in it
constexpr double kSortedRow = 0.7;
// The share of rows that have the same value, of a column where many have: of a status, a type, a user.
constexpr double kGroup = 0.1;

using Conditions = std::bitset<kConditionsMax>;  // a bit a condition

bool is_column(const Table& table, const Path& field) {
  return field.size() == 1 && std::ranges::any_of(table.columns, [&](const Column& c) { return c.name == field[0]; });
}

bool is_word(const Table& table, const Filter& leaf) {
  return leaf.kind == Filter::Kind::list_has && std::ranges::any_of(table.words, [&](const WordField& words) {
           return words.item == leaf.item && words.path() == leaf.field;
         });
}

/// What a condition needs to be looked at.
struct Needs {
  std::vector<std::string_view> columns;
  int words = 0;           // look-ups of words...
  int words_by_marks = 0;  // ...of these only for rows whose marks say that it is worth while
  bool document = false;
};

void add_needs(const Table& table, const Filter& filter, Needs& out) {
  switch (filter.kind) {
    case Filter::Kind::all:
    case Filter::Kind::any:
    case Filter::Kind::negate:
      for (const Filter& child : filter.children)
        add_needs(table, child, out);
      return;
    case Filter::Kind::one_of:
    case Filter::Kind::list_has:
    case Filter::Kind::matches:
    case Filter::Kind::range:
    case Filter::Kind::exists:
    case Filter::Kind::in_hidden_project:
      break;
  }
  if (filter.kind == Filter::Kind::in_hidden_project) {
    out.columns.emplace_back("project");
    if (filter.by_row) ++out.words;
  } else if (filter.kind == Filter::Kind::list_has && marks_of(filter) != 0) {
    out.columns.emplace_back("marks");
    if (is_decided_by_marks(filter)) return;
    ++out.words;
    ++out.words_by_marks;
  } else if (is_word(table, filter)) {
    ++out.words;
  } else if (is_column(table, filter.field)) {
    out.columns.push_back(filter.field[0]);
  } else if (fact_at(filter.field) && filter.kind != Filter::Kind::matches) {
    out.columns.emplace_back("facts");
  } else {
    out.document = true;
  }
}

struct Condition {
  Filter filter;
  Needs needs;
  double rows_counted = -1;  // for which it holds, where they are few enough to be counted
  bool is_by_words = false;  // they are found by the index of words

  bool is_equality() const {
    return filter.kind == Filter::Kind::one_of && !needs.document && !needs.columns.empty() &&
           std::ranges::none_of(filter.values, [](const json::value& value) { return value.is_null(); });
  }
  bool is_range() const { return filter.kind == Filter::Kind::range && !needs.document && !needs.columns.empty(); }
  bool is_of(std::string_view column) const { return filter.field.size() == 1 && filter.field[0] == column; }
};

/// Filters of a kind that asks for words, from the row's side: does it have the word? Else from the word's: which rows
/// have it?
void look_up(Filter& filter, Filter::Kind kind, bool by_row) {
  if (filter.kind == kind) filter.by_row = by_row;
  for (Filter& child : filter.children)
    look_up(child, kind, by_row);
}

/// Every one of them must hold.
void flatten(const Table& table, const Filter& filter, bool hidden_by_row, std::vector<Condition>& out) {
  if (filter.kind == Filter::Kind::all) {
    for (const Filter& child : filter.children)
      flatten(table, child, hidden_by_row, out);
    return;
  }
  Condition condition{.filter = filter, .needs = {}};
  look_up(condition.filter, Filter::Kind::in_hidden_project, hidden_by_row);
  add_needs(table, condition.filter, condition.needs);
  out.push_back(std::move(condition));
}

class Planner {
 public:
  Planner(Transaction& tx, const Table& table, const Query& query, std::vector<std::string_view> wanted)
      : tx_(tx), table_(table), query_(query), wanted_(std::move(wanted)) {
    for (const Order& order : query.order) {
      if (is_column(table, order.field))
        wanted_.push_back(order.field[0]);
      else
        wanted_.emplace_back("facts");
    }
  }

  Result<Plan> run() {
    Plan as_it_is{.query = query_, .way = {}};
    if (table_.indexes.empty()) return as_it_is;
    TRY(const Rows last, tx_.run_sql("SELECT max(rowid) FROM " + std::string(table_.name), {}));
    rows_ = static_cast<double>(last.front().integer(0));
    if (last.front().integer(0) < kSmallTable) return as_it_is;
    TRY(const Rows hidden, tx_.run("words_counted", {"project", kHiddenField, kIsHidden, kFewProjects}));
    flatten(table_, query_.where, hidden.front().integer(0) >= kFewProjects, conditions_);
    if (conditions_.size() > kConditionsMax) return as_it_is;
    CHECK_OK(count_words());
    const auto asks_id = [](const Condition& c) { return c.is_equality() && c.is_of("id"); };
    if (std::ranges::any_of(conditions_, asks_id)) return chosen(by_id());
    CHECK_OK(sample(last.front().integer(0)));
    CHECK_OK(count_values());
    consider({.cost = cost_of(rows_, {}, {}, {.walk = kScannedRow, .fetch = 0}, true), .way = " NOT INDEXED"});
    for (const Index& index : table_.indexes)
      consider_index(index);
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (conditions_[i].is_by_words) {
        const double rows = conditions_[i].rows_counted;
        consider({.cost = cost_of(rows, Conditions().set(i), {}, {.walk = kFetchedRow, .fetch = 0}, true),
                  .way = by_id(),
                  .word = i});
      }
    }
    Plan out = chosen(best_.way, best_.word);
    out.cost = best_.cost;
    if (unknown_.none()) out.found = rows_ * share(all());
    return out;
  }

 private:
  /// What the next row of a way costs, and what its columns cost where the index does not have them.
  struct Step {
    double walk, fetch;
  };
  struct Candidate {
    double cost = INFINITY;
    std::string way;
    std::size_t word = SIZE_MAX;  // the condition whose words lead to the rows
  };

  std::string by_id() const { return " INDEXED BY sqlite_autoindex_" + std::string(table_.name) + "_1"; }

  void consider(Candidate candidate) {
    if (candidate.cost < best_.cost) best_ = std::move(candidate);
  }

  Plan chosen(std::string way, std::size_t word = SIZE_MAX) const {
    Plan out{.query = query_, .way = std::move(way)};
    std::vector<Filter> children;
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      Filter filter = conditions_[i].filter;
      look_up(filter, Filter::Kind::list_has, i != word);
      children.push_back(std::move(filter));
    }
    out.query.where = filter::all(std::move(children));
    return out;
  }

  Status count_words() {
    for (Condition& condition : conditions_) {
      if (condition.filter.kind != Filter::Kind::list_has || condition.needs.words != 1) continue;
      const bool asks_null = std::ranges::any_of(condition.filter.values, [](const auto& v) { return v.is_null(); });
      if (asks_null) continue;
      const auto field = std::ranges::find_if(table_.words, [&](const WordField& words) {
        return words.item == condition.filter.item && words.path() == condition.filter.field;
      });
      std::int64_t rows = 0;
      for (const json::value& value : condition.filter.values) {
        if (!value.is_string() || rows >= kCountedMax) continue;
        TRY(const Rows counted,
            tx_.run("words_counted", {table_.kind, field->name, std::string_view(value.get_string()), kCountedMax}));
        rows += counted.front().integer(0);
      }
      if (rows >= kCountedMax) continue;
      condition.rows_counted = static_cast<double>(rows);
      condition.is_by_words = true;
    }
    return {};
  }

  /// What few of the sample have, the sample knows badly: one row more or less, and another way looks cheaper.
  Status count_values() {
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      Condition& condition = conditions_[i];
      if (!condition.is_equality() || share(Conditions().set(i)) > kFewOfSample) continue;
      const auto leads = [&](const Index& index) { return condition.is_of(index.columns.front()); };
      const auto index = std::ranges::find_if(table_.indexes, leads);
      if (index == table_.indexes.end()) continue;
      TRY(const CompiledQuery compiled, compile_count(Dialect::sqlite, table_, condition.filter,
                                                      " INDEXED BY " + std::string(index->name), kValuesCountedMax));
      TRY(const Rows counted, tx_.run_sql(compiled.sql, compiled.params()));
      const std::int64_t rows = counted.front().integer(0);
      if (rows < kValuesCountedMax) condition.rows_counted = static_cast<double>(rows);
    }
    return {};
  }

  /// Looks at rows from all over the table: which of the conditions hold for each? What needs documents is left out.
  Status sample(std::int64_t last_rowid) {
    std::vector<Filter> cheap;
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (conditions_[i].needs.document) {
        unknown_.set(i);
        continue;
      }
      Filter filter = conditions_[i].filter;
      look_up(filter, Filter::Kind::list_has, true);
      cheap.push_back(std::move(filter));
      place.push_back(i);
    }
    if (cheap.empty()) return {};
    json::array rowids;
    for (std::int64_t i = 0; i < kSampledRows; ++i)
      rowids.push_back(1 + (last_rowid - 1) * i / (kSampledRows - 1));
    TRY(const CompiledQuery compiled, compile_sample(table_, cheap, rowids));
    TRY(const Rows rows, tx_.run_sql(compiled.sql, compiled.params()));
    for (const Row& row : rows) {
      Conditions held;
      for (std::size_t i = 0; i < place.size(); ++i)
        held.set(place[i], row.integer(i) != 0);
      sampled_.push_back(held);
    }
    if (!sampled_.empty()) rows_ *= static_cast<double>(sampled_.size()) / kSampledRows;  // the others were deleted
    return {};
  }

  /// The share of rows for which all of these hold. None of the sample is few, not nothing: how few decides whether a
  /// text that nobody has is looked for in the list's order (4 s of a million tasks) or through the table (1 s).
  double share(Conditions of) const {
    Conditions known = of & ~unknown_;
    if (sampled_.empty()) return 1;
    double counted = 1;
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (!known.test(i) || conditions_[i].rows_counted < 0) continue;
      counted *= std::min(1.0, std::max(kNone, conditions_[i].rows_counted) / rows_);
      known.reset(i);
    }
    const auto hits = std::ranges::count_if(sampled_, [&](const Conditions& held) { return (held & known) == known; });
    // Of what only documents know, nothing is known: a tenth.
    const double guess = (of & unknown_).any() ? 0.1 : 1.0;
    return guess * counted * std::min(1.0, (static_cast<double>(hits) + kNone) / static_cast<double>(sampled_.size()));
  }

  Conditions all() const {
    Conditions out;
    for (std::size_t i = 0; i < conditions_.size(); ++i)
      out.set(i);
    return out;
  }
  template <typename Predicate>
  Conditions those(Predicate predicate) const {
    Conditions out;
    for (std::size_t i = 0; i < conditions_.size(); ++i)
      out.set(i, predicate(conditions_[i]));
    return out;
  }

  /// Of `walked` rows, for which `done` holds, `covered` is decided by the index entry alone. `walk` is what the next
  /// of them costs.
  double cost_of(double walked, Conditions done, Conditions covered, Step step, bool is_sorted_after) const {
    const Conditions by_words = those([](const Condition& c) { return c.needs.words > 0 && !c.needs.document; });
    const Conditions by_documents = those([](const Condition& c) { return c.needs.document; });
    const Conditions by_columns = all() & ~by_words & ~by_documents;
    const double base = share(done);
    const double fetched = walked * std::min(1.0, share(done | covered) / base);
    const double left = walked * std::min(1.0, share(done | covered | by_columns) / base);
    const double read = walked * std::min(1.0, share(done | covered | by_columns | by_words) / base);
    const double found = walked * std::min(1.0, share(all()) / base);
    double cost = walked * step.walk + fetched * step.fetch;
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      if (by_words.test(i)) cost += left * kWordOfRow * look_ups(i);
    }
    if (by_documents.any()) cost += read * kDocument;
    if (!is_sorted_after) return cost;
    const bool sorts_by_document = std::ranges::any_of(
        query_.order, [&](const Order& order) { return !is_column(table_, order.field) && !fact_at(order.field); });
    return cost + found * (sorts_by_document && by_documents.none() ? kDocument : kSortedRow);
  }

  /// Of words, for one row that this condition is asked of.
  double look_ups(std::size_t condition) const {
    const Needs& needs = conditions_[condition].needs;
    const double has = conditions_[condition].filter.kind == Filter::Kind::negate
                           ? 1 - share(Conditions().set(condition))
                           : share(Conditions().set(condition));
    // A row has some of the other words that share a mark, too.
    return (needs.words - needs.words_by_marks) + needs.words_by_marks * std::min(1.0, has + 0.1);
  }

  /// Conditions that lead into the index (equalities on its first columns, then one range), and whether it comes in the
  /// order that is asked for.
  void consider_index(const Index& index) {
    Conditions leading;
    std::size_t column = 0;
    bool keeps_order = true;
    for (; column < index.columns.size(); ++column) {
      const Conditions here =
          those([&](const Condition& c) { return c.is_equality() && c.is_of(index.columns[column]); });
      if (here.none()) break;
      leading |= here;
      for (std::size_t i = 0; i < conditions_.size(); ++i) {
        if (here.test(i) && conditions_[i].filter.values.size() > 1) keeps_order = false;
      }
    }
    const std::string_view next = column < index.columns.size() ? index.columns[column] : std::string_view();
    leading |= those([&](const Condition& c) { return c.is_range() && !next.empty() && c.is_of(next); });
    const Comes comes = keeps_order && !next.empty() ? how_it_comes(index, next) : Comes::in_no_order;
    if (leading.none() && (comes == Comes::in_no_order || index.rows == Index::Rows::where_set)) return;
    const auto has_all = [&](const std::vector<std::string_view>& needed) {
      return std::ranges::all_of(needed, [&](std::string_view wanted) {
        return std::ranges::find(index.columns, wanted) != index.columns.end();
      });
    };
    const auto is_decided = [&](const Condition& c) {
      return !c.needs.document && c.needs.words == 0 && has_all(c.needs.columns);
    };
    const Conditions covered = those(is_decided);
    // Then no row is looked at.
    const bool is_whole = covered == all() && has_all(wanted_);
    double walked = rows_ * share(leading);
    if (comes != Comes::in_no_order && query_.limit != SIZE_MAX) {
      const double wanted = static_cast<double>(query_.limit + query_.offset) * share(leading) / share(all());
      // A group is sorted as a whole before its first row is known.
      walked = std::min(walked, comes == Comes::in_groups ? std::max(wanted, walked * kGroup) : wanted);
    }
    const Step step{.walk = kIndexEntry, .fetch = is_whole ? 0 : kFetchedRow};
    consider({.cost = cost_of(walked, leading, covered, step, comes != Comes::in_order),
              .way = " INDEXED BY " + std::string(index.name)});
  }

  enum class Comes { in_no_order, in_groups, in_order };
  Comes how_it_comes(const Index& index, std::string_view column) const {
    // Nothing else said, the ids are the order.
    if (query_.order.empty()) return column == "id" ? Comes::in_order : Comes::in_no_order;
    if (query_.order.front().field != Path{std::string(column)}) return Comes::in_no_order;
    if (index.order == Index::Order::both) return Comes::in_order;
    const auto direction = query_.order.front().descending ? Index::Order::falling : Index::Order::rising;
    return index.order == direction && query_.order.size() == 1 ? Comes::in_order : Comes::in_groups;
  }

  Transaction& tx_;
  const Table& table_;
  const Query& query_;
  std::vector<std::string_view> wanted_;  // columns that are read of a row that fits
  std::vector<Condition> conditions_;
  std::vector<Conditions> sampled_;  // which conditions hold, a row each
  Conditions unknown_;
  double rows_ = 0;
  Candidate best_;
};

}  // namespace

Result<Plan> plan(Transaction& tx, const Table& table, const Query& query, std::vector<std::string_view> wanted) {
  if (tx.dialect() != Dialect::sqlite) return Plan{.query = query, .way = {}};
  return Planner(tx, table, query, std::move(wanted)).run();
}

}  // namespace jarvis::server::store
