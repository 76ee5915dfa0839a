#include "server/store/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "proc/files.h"
#include "server/store/documents.h"
#include "server/store/old_database.h"

namespace jarvis::server::store {
namespace {

using testing::ElementsAre;

/// As version 0.1 had them in its first weeks: documents stood in their tables' rows.
constexpr const char* kDocumentsOfOld = R"(
INSERT INTO projects (id, company, name, doc) VALUES ('p', 'c', 'nets', '{"id":"p","company":"c","name":"nets"}');
INSERT INTO tasks (id, company, name, status, project, last_update, last_iteration, doc) VALUES
  ('t1', 'c', 'first', 'completed', 'p', '2026-01-01', 7,
   '{"id":"t1","company":"c","name":"first","status":"completed","project":"p","last_update":"2026-01-01","last_iteration":7,"tags":["good"],"hyperparams":{"Args":{"lr":{"value":"0.1"}}}}'),
  ('t2', 'c', 'second', 'created', 'p', '2026-01-02', 0,
   '{"id":"t2","company":"c","name":"second","status":"created","project":"p","last_update":"2026-01-02","last_iteration":0,"system_tags":["archived","development"]}');
INSERT INTO models (id, company, name, task, ready, doc) VALUES
  ('m', 'c', 'net', 't1', 1, '{"id":"m","company":"c","name":"net","task":"t1","ready":true,"system_tags":["archived"]}');
INSERT INTO words (kind, id, field, value) VALUES
  ('task', 't1', 'tags', 'good'), ('task', 't2', 'system_tags', 'archived'), ('task', 't2', 'system_tags', 'development'),
  ('model', 'm', 'system_tags', 'archived');
)";

class OldDatabase : public testing::TestWithParam<StoreKind> {
 protected:
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-migrations-").value();
};

TEST_P(OldDatabase, keeps_its_documents_and_finds_them) {
  make_old_database(GetParam(), dir_.path(), "0008_vectors.sql", kDocumentsOfOld);

  const auto store = GetParam().open(dir_.path());

  const auto ids = [&](Filter where) {
    return store->read([&](Transaction& tx) { return find_ids(tx, Kind::task, {.where = where}); }).value();
  };
  const auto task = store->read([](Transaction& tx) { return get(tx, Kind::task, "t1"); }).value();
  ASSERT_TRUE(task);
  EXPECT_EQ(to_text(*task), R"({"id":"t1","company":"c","name":"first","status":"completed","project":"p",)"
                            R"("last_update":"2026-01-01","last_iteration":7,"tags":["good"],)"
                            R"("hyperparams":{"Args":{"lr":{"value":"0.1"}}}})");
  EXPECT_THAT(ids(filter::equals({"status"}, "created")), ElementsAre("t2"));
  EXPECT_THAT(ids(filter::equals({"last_iteration"}, 7)), ElementsAre("t1"));
  EXPECT_THAT(ids(filter::list_has({"tags"}, {"good"})), ElementsAre("t1"));
  EXPECT_THAT(ids(filter::list_has({"system_tags"}, {"archived"})), ElementsAre("t2"));
  EXPECT_THAT(ids(filter::negate(filter::list_has({"system_tags"}, {"archived"}))), ElementsAre("t1"));
  EXPECT_THAT(ids(filter::equals({"hyperparams", "Args", "lr", "value"}, "0.1")), ElementsAre("t1"));
  const auto models = store->read([](Transaction& tx) {
    return find(tx, Kind::model, {.where = filter::list_has({"system_tags"}, {"archived"})});
  });
  ASSERT_EQ(models.value().size(), 1U);
  EXPECT_EQ(models.value().front().at("name"), "net");
}

Result<std::unique_ptr<Store>> open_beside(const StoreKind& kind, const std::filesystem::path& directory) {
  if (std::string_view(kind.name) == kSqlite.name)
    return open_sqlite({.path = (directory / "jarvis.db").string(), .durable = false, .schema = Schema::leave});
  return open_postgres({.url = TestPostgres::instance().url(directory.filename()), .schema = Schema::leave});
}

TEST_P(OldDatabase, is_left_alone_by_who_works_beside_a_server) {
  make_old_database(GetParam(), dir_.path(), "0012_log_lines.sql", "");

  for (int i = 0; i < 2; ++i) {
    const auto refused = open_beside(GetParam(), dir_.path());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unsupported);
    EXPECT_THAT(refused.error().message(), testing::HasSubstr("schema version 12"));
    EXPECT_THAT(refused.error().message(), testing::HasSubstr("stop that one and start this one"));
  }

  GetParam().open(dir_.path())->close();
  EXPECT_TRUE(open_beside(GetParam(), dir_.path()));
}

TEST(Commands, make_no_database_where_there_is_none) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-migrations-").value();

  EXPECT_FALSE(open_beside(kSqlite, dir.path()));

  EXPECT_FALSE(std::filesystem::exists(dir.path() / "jarvis.db"));
}

/// Two branches may each bring the next one: git sees no conflict, and no database would open.
TEST(Migrations, are_numbered_one_after_the_other_and_alike_for_both_stores) {
  const auto names = [](std::span<const embedded::File> scripts) {
    std::vector<std::string> out;
    for (const embedded::File& script : scripts)
      out.emplace_back(script.name.substr(script.name.rfind('/') + 1));
    std::sort(out.begin(), out.end());
    return out;
  };
  const std::vector<std::string> scripts = names(embedded::sqlite_migrations);
  EXPECT_EQ(scripts, names(embedded::postgres_migrations));
  for (std::size_t i = 0; i < scripts.size(); ++i)
    EXPECT_EQ(std::stoul(scripts[i].substr(0, 4)), i + 1) << scripts[i];
}

INSTANTIATE_TEST_SUITE_P(stores, OldDatabase, testing::Values(kSqlite, kPostgres), name_of_kind);

}  // namespace
}  // namespace jarvis::server::store
