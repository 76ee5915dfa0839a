#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proc/files.h"
#include "server/files/file_calls.h"
#include "server/files/file_walk.h"

namespace jarvis::server::files {
namespace {

TEST(Ranges, of_ten_bytes) {
  const auto range = [](std::string_view text) { return parse_range(text, 10); };
  EXPECT_EQ(range("bytes=2-4")->first, 2);
  EXPECT_EQ(range("bytes=2-4")->count, 3);
  EXPECT_EQ(range("bytes=5-")->count, 5);
  EXPECT_EQ(range("bytes=-3")->first, 7);
  EXPECT_EQ(range("bytes=-30")->count, 10);
  EXPECT_EQ(range("bytes=10-")->count, 0);
  EXPECT_FALSE(range("bytes=4-2").has_value());
  EXPECT_FALSE(range("bytes=0-1,3-4").has_value());
  EXPECT_FALSE(range("").has_value());
}

TEST(Paths, that_could_leave_the_root_are_none) {
  for (const char* path : {"", "/", "..", "../x", "a/../b", "a/./b", "a//b", "a/", ".uploads/x"})
    EXPECT_FALSE(checked_path(path)) << path;
  EXPECT_FALSE(checked_path(std::string_view("a\0b", 3)));
  EXPECT_EQ(checked_path("//a/b..c/d").value(), "a/b..c/d");
}

class FileRootTest : public testing::Test {
 protected:
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-files-").value();
  FileRoot root_ = FileRoot::open(dir_.path() / "files").value();

  Status put(const std::string& path, std::string_view content) {
    TRY(auto upload, root_.begin_upload());
    CHECK_OK(upload.write(content));
    return upload.finish(path);
  }
};

TEST_F(FileRootTest, an_upload_appears_whole_or_not_at_all) {
  {
    auto dropped = root_.begin_upload().value();
    ASSERT_TRUE(dropped.write("half"));
  }
  ASSERT_TRUE(put("a/b/c", "whole"));

  EXPECT_EQ(proc::read_file(dir_.path() / "files/a/b/c").value(), "whole");
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() / "files/.uploads"));
}

TEST_F(FileRootTest, links_lead_nowhere) {
  ASSERT_TRUE(proc::write_file_durably(dir_.path() / "secret", "s"));
  std::filesystem::create_symlink(dir_.path(), dir_.path() / "files/out");
  std::filesystem::create_symlink(dir_.path() / "secret", dir_.path() / "files/link");

  for (const char* path : {"out/secret", "link"}) {
    EXPECT_EQ(root_.open_file(path).error().code(), ErrorCode::not_found) << path;
    EXPECT_FALSE(root_.remove(path, FileRoot::Folders::removed)) << path;
  }
  EXPECT_FALSE(put("out/new", "x"));
  EXPECT_TRUE(std::filesystem::exists(dir_.path() / "secret"));
}

TEST_F(FileRootTest, folders_are_removed_only_when_asked) {
  ASSERT_TRUE(put("d/x", "1"));

  EXPECT_FALSE(root_.remove("d", FileRoot::Folders::refused));
  EXPECT_TRUE(root_.remove("d", FileRoot::Folders::removed));
  EXPECT_FALSE(root_.open_file("d/x"));
}

class FileCallsTest : public FileRootTest {
 protected:
  Role role_ = Role::user;
  FileCalls calls_{
      {.root = {},
       .cors_origin = {},
       .authenticate = [this](std::string_view, std::string_view cookie, std::string_view) -> ApiResult<Identity> {
         if (cookie != "mine") return ApiError(api::unauthorized);
         Identity identity;
         identity.role = role_;
         return identity;
       },
       .pool = {}},
      FileRoot::open(dir_.path() / "files").value()};

  static http::HttpRequest request(std::string method, std::string target, std::string body = {}) {
    http::HttpRequest out;
    out.method = std::move(method);
    out.target = std::move(target);
    out.body = std::move(body);
    out.headers.emplace("Cookie", "clearml_token_basic=mine");
    return out;
  }
  int refused_with(const std::string& method, const std::string& target) {
    const auto plan = calls_.plan(request(method, target));
    return plan.refusal ? plan.refusal->status : 0;
  }
};

TEST_F(FileCallsTest, a_page_puts_a_file_in_its_place) {
  const auto answer = calls_.put(request("PUT", "/reports/r1/a%20b.png", "bytes"));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"(["reports/r1/a b.png"])");
  EXPECT_EQ(proc::read_file(dir_.path() / "files/reports/r1/a b.png").value(), "bytes");
  EXPECT_EQ(calls_.put(request("PUT", "/../out", "x")).status, 404);
  auto stranger = request("PUT", "/reports/x", "x");
  stranger.headers.clear();
  EXPECT_EQ(calls_.put(stranger).status, 401);
}

TEST_F(FileCallsTest, who_may_only_read_neither_writes_nor_deletes) {
  role_ = Role::guest;

  EXPECT_EQ(refused_with("GET", "/a"), 0);
  EXPECT_EQ(refused_with("POST", "/"), 403);
  EXPECT_EQ(refused_with("DELETE", "/a"), 403);
  EXPECT_EQ(refused_with("POST", "/delete_many"), 403);
  EXPECT_EQ(calls_.put(request("PUT", "/a", "x")).status, 403);
}

TEST(FileWalk, knows_whose_a_file_is_by_its_path) {
  const std::string id = "0123456789abcdef0123456789abcdef";
  using Kind = FileOwner::Kind;
  const auto is = [](const std::string& path, const std::string& task, Kind kind) {
    const FileOwner owner = owner_of(path);
    EXPECT_EQ(owner.task, task) << path;
    EXPECT_EQ(owner.kind, kind) << path;
  };

  is("nets/deep/train." + id + "/artifacts/data/data.csv", id, Kind::artifact);
  is("nets/train." + id + "/models/best.pt", id, Kind::model);
  is("nets/train." + id + "/metrics/loss/train/loss_0.png", id, Kind::image);
  is("nets/train." + id + "/anything", id, Kind::other);
  is(id + "/models/best.pt", id, Kind::model);
  is("models/" + id, "", Kind::other);  // a file of that name
  is("nets/artifacts/data.csv", "", Kind::other);
}

TEST(FileWalk, visits_files_but_no_links_and_no_uploads_under_way) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-walk-").value();
  const auto put = [&](const std::string& name) {
    std::filesystem::create_directories((dir.path() / name).parent_path());
    ASSERT_TRUE(proc::write_file_durably(dir.path() / name, "x"));
  };
  put("a/b/c");
  put("d");
  put(".uploads/half");
  put("a/.uploads/theirs");
  std::filesystem::create_symlink("/etc", dir.path() / "a/link");
  std::vector<std::string> seen;

  ASSERT_TRUE(
      walk(dir.path(), [&](const std::filesystem::directory_entry&, const std::filesystem::path& name) -> Status {
        seen.push_back(name.string());
        return {};
      }));
  ASSERT_TRUE(
      walk(dir.path() / "nothing", [](const auto&, const auto&) -> Status { return internal_error("called"); }));

  EXPECT_THAT(seen, testing::UnorderedElementsAre("a/b/c", "d", "a/.uploads/theirs"));
}

}  // namespace
}  // namespace jarvis::server::files
