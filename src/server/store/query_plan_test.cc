#include "server/store/query_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "proc/files.h"
#include "server/store/documents.h"
#include "server/store/list_rows.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::store {
namespace {

constexpr int kTasks = 4000;

/// A table in which some things are common and others are not.
class PlanTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new proc::TempDir(proc::TempDir::make("/tmp", "jarvis-plan-").value());
    store_ = kSqlite.open(dir_->path()).release();
    std::mt19937 random(3);
    const Status filled = store_->write([&](Transaction& tx) -> Status {
      for (int i = 0; i < kTasks; ++i)
        CHECK_OK(put(tx, Kind::task, task(i, random)));
      return {};
    });
    ASSERT_TRUE(filled) << filled.error().message();
  }
  static void TearDownTestSuite() {
    delete store_;
    delete dir_;
  }

  static json::object task(int i, std::mt19937& random) {
    const std::string number = std::to_string(10'000 + i);
    json::object out{{"id", "t" + std::to_string(random())},
                     {"company", "c"},
                     {"name", "task " + number},
                     {"status", i % 500 == 0 ? "in_progress"
                                : i % 3 == 0 ? "failed"
                                             : "completed"},
                     {"type", i % 10 == 0 ? "testing" : "training"},
                     {"user", "user " + std::to_string(i % 7)},
                     {"project", "project " + std::to_string(i % 100)},
                     {"last_update", "2026-" + number},
                     {"created", "2025-" + number}};
    if (i % 2 == 0) out["tags"] = {"common"};
    if (i % 400 == 0) out["tags"] = {"seldom"};
    if (i % 3 != 0) out["started"] = "2025-" + number;
    return out;
  }

  static std::string way(Filter where, Path order = {"last_update"}) {
    Query query{.where = filter::all({filter::one_of({"company"}, {"c", nullptr}), std::move(where)}),
                .order = {{.field = std::move(order), .descending = true}},
                .limit = 50};
    return store_->read([&](Transaction& tx) { return plan(tx, table_of(Kind::task), query); }).value().way;
  }

  static proc::TempDir* dir_;
  static Store* store_;
};
proc::TempDir* PlanTest::dir_ = nullptr;
Store* PlanTest::store_ = nullptr;

TEST_F(PlanTest, what_most_rows_have_is_found_in_the_order_of_the_list) {
  EXPECT_EQ(way({}), " INDEXED BY tasks_by_last_update");
  EXPECT_EQ(way(filter::equals({"status"}, "completed")), " INDEXED BY tasks_by_last_update");
  EXPECT_EQ(way(filter::equals({"type"}, "training"), {"started"}), " INDEXED BY tasks_by_started");
  EXPECT_EQ(way(filter::list_has({"tags"}, {"common"})), " INDEXED BY tasks_by_last_update");
}

TEST_F(PlanTest, what_few_rows_have_leads_to_them) {
  EXPECT_EQ(way(filter::equals({"status"}, "in_progress")), " INDEXED BY tasks_by_status");
  EXPECT_EQ(way(filter::list_has({"tags"}, {"seldom"})), " INDEXED BY sqlite_autoindex_tasks_1");
  EXPECT_EQ(way(filter::equals({"id"}, "t1")), " INDEXED BY sqlite_autoindex_tasks_1");
  Filter lately{.kind = Filter::Kind::range, .field = {"created"}};
  lately.from = "2025-13990";
  EXPECT_EQ(way(lately, {"name"}), " INDEXED BY tasks_by_created");
}

TEST_F(PlanTest, many_rows_of_one_value_come_by_their_ids_in_an_index_of_that_direction) {
  EXPECT_EQ(way({}, {"type"}), " INDEXED BY tasks_by_type_down");
  EXPECT_EQ(way({}, {"status"}), " INDEXED BY tasks_by_status_down");
  // Sorted a user at a time is better than all at once.
  EXPECT_EQ(way({}, {"user"}), " INDEXED BY tasks_by_user");
}

TEST_F(PlanTest, a_list_by_value_is_the_same_list_in_parts) {
  using Orders = std::vector<Order>;
  const Order late{.field = {"last_update"}, .descending = true}, name{.field = {"name"}};
  for (const Orders& order :
       {Orders{{.field = {"status"}, .descending = true}, late}, Orders{{.field = {"type"}}, name},
        Orders{{.field = {"user"}}}, Orders{{.field = {"user"}, .descending = true}, late}}) {
    const Query query{.where = filter::equals({"company"}, "c"), .order = order};
    const auto whole = store_->read([&](Transaction& tx) { return find_ids(tx, Kind::task, query); }).value();
    const auto parts =
        store_->read([&](Transaction& tx) { return parts_by_value(tx, table_of(Kind::task), query); }).value();

    std::vector<std::string> joined;
    for (Query part : parts) {
      part.limit = kTasks;
      const auto ids = store_->read([&](Transaction& tx) { return find_ids(tx, Kind::task, part); }).value();
      joined.insert(joined.end(), ids.begin(), ids.end());
    }
    EXPECT_GT(parts.size(), 2U);
    EXPECT_EQ(joined.size(), kTasks);
    EXPECT_EQ(joined, whole);
  }
}

TEST_F(PlanTest, a_list_is_taken_by_value_where_that_helps) {
  const Order by_status{.field = {"status"}}, late{.field = {"last_update"}, .descending = true};
  const auto parts = [](const Query& query) {
    return store_->read([&](Transaction& tx) { return parts_by_value(tx, table_of(Kind::task), query); })->size();
  };
  const Query fits{.where = filter::equals({"company"}, "c"), .order = {by_status, late}, .limit = 50};
  EXPECT_TRUE(is_better_by_value({.query = {}, .way = {}, .cost = 1e6, .found = 1e6}, fits));
  EXPECT_FALSE(is_better_by_value({.query = {}, .way = {}, .cost = 1e3, .found = 1e6}, fits));
  EXPECT_FALSE(is_better_by_value({.query = {}, .way = {}, .cost = 1e6, .found = 100}, fits));
  EXPECT_EQ(parts(fits), 4U);  // three statuses, and none

  EXPECT_EQ(parts({.where = filter::equals({"status"}, "failed"), .order = {by_status, late}}), 0U);
  EXPECT_EQ(parts({.where = {}, .order = {late, by_status}}), 0U);
  EXPECT_EQ(parts({.where = {}, .order = {{.field = {"project"}}, late}}), 0U);  // they are many
}

TEST_F(PlanTest, words_under_an_or_are_looked_up_from_the_side_of_the_row) {
  Filter either{.kind = Filter::Kind::any};
  either.children = {filter::list_has({"tags"}, {"common"}), filter::equals({"status"}, "failed")};
  const Query query{.where = either, .order = {{.field = {"last_update"}, .descending = true}}, .limit = 50};

  const Plan chosen = store_->read([&](Transaction& tx) { return plan(tx, table_of(Kind::task), query); }).value();

  ASSERT_EQ(chosen.query.where.children.size(), 1U);
  const Filter& word_or_status = chosen.query.where.children[0];
  ASSERT_EQ(word_or_status.children.size(), 2U);
  EXPECT_TRUE(word_or_status.children[0].by_row);
}

TEST_F(PlanTest, a_project_comes_in_its_own_order) {
  EXPECT_EQ(way(filter::equals({"project"}, "project 5")), " INDEXED BY tasks_by_project_and_last_update");
  EXPECT_EQ(way(filter::equals({"project"}, "project 5"), {"name"}), " INDEXED BY tasks_by_project");
}

TEST_F(PlanTest, a_table_of_a_few_rows_is_left_to_the_database) {
  const auto few = store_->read([&](Transaction& tx) { return plan(tx, table_of(Kind::model), {}); });
  EXPECT_EQ(few.value().way, "");
}

TEST_F(PlanTest, knows_the_columns_of_the_indexes) {
  for (const Kind kind : {Kind::task, Kind::model}) {
    for (const Index& index : table_of(kind).indexes) {
      const auto rows = store_->read([&](Transaction& tx) {
        return tx.run_sql("SELECT name FROM pragma_index_info(?1) ORDER BY seqno", {index.name});
      });
      std::vector<std::string> columns;
      for (const Row& row : rows.value())
        columns.push_back(row.text(0));
      EXPECT_EQ(columns, std::vector<std::string>(index.columns.begin(), index.columns.end())) << index.name;
    }
  }
}

/// Random questions of the kinds that lists ask.
class Questions {
 public:
  Query next() {
    std::vector<Filter> parts{filter::one_of({"company"}, {"c", nullptr})};
    for (std::size_t i = below(4); i > 0; --i)
      parts.push_back(leaf());
    Query out{.where = filter::all(std::move(parts))};
    for (std::size_t i = below(3); i > 0; --i)
      out.order.push_back({.field = field(), .descending = below(2) == 0});
    if (below(4) != 0) out.limit = 1 + below(100);
    if (below(4) == 0) out.offset = below(200);
    return out;
  }

 private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  Path field() {
    const std::vector<Path> fields{{"last_update"}, {"created"}, {"started"}, {"name"},
                                   {"status"},      {"user"},    {"parent"},  {"x", "y"}};
    return fields[below(fields.size())];
  }
  Filter leaf() {
    switch (below(9)) {
      case 0:
        return filter::one_of({"status"}, {"in_progress", "failed"});
      case 1:
        return filter::equals({"user"}, json::value("user " + std::to_string(below(8))));
      case 2:
        return filter::one_of({"project"}, {json::value("project " + std::to_string(below(120))), "project 7"});
      case 3:
        return filter::list_has({"tags"}, {below(2) == 0 ? "common" : "seldom"});
      case 4:
        return filter::negate(filter::list_has({"tags"}, {"common"}));
      case 5: {
        Filter out{.kind = Filter::Kind::range, .field = {below(2) == 0 ? "created" : "started"}};
        out.from = json::value("2025-1" + std::to_string(1000 * below(4)));
        return out;
      }
      case 6:
        return filter::matches({"name"}, "1[0-9]5$");
      case 7:
        return filter::negate(filter::list_has({"system_tags"}, {"hidden", "k8s-glue"}));
      default:
        return filter::negate({.kind = Filter::Kind::in_hidden_project});
    }
  }

  std::mt19937 random_{11};
};

TEST_F(PlanTest, every_way_leads_to_the_same_rows) {
  Questions questions;
  for (int round = 0; round < 200; ++round) {
    const Query query = questions.next();

    const auto planned = store_->read([&](Transaction& tx) { return find_ids(tx, Kind::task, query); });
    const auto plain = store_->read([&](Transaction& tx) -> Result<Rows> {
      TRY(const CompiledQuery compiled, compile(Dialect::sqlite, table_of(Kind::task), "id", query, " NOT INDEXED"));
      return tx.run_sql(compiled.sql, compiled.params());
    });

    ASSERT_TRUE(planned) << round << ": " << planned.error().message();
    ASSERT_EQ(planned->size(), plain.value().size()) << round;
    for (std::size_t i = 0; i < planned->size(); ++i)
      ASSERT_EQ((*planned)[i], plain.value()[i].text(0)) << round;
  }
}

}  // namespace
}  // namespace jarvis::server::store
