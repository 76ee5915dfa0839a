#include "server/domain/file_removal.h"

#include <gtest/gtest.h>

namespace jarvis::server::domain {
namespace {

TEST(OwnPath, is_below_the_folder_of_the_task) {
  EXPECT_EQ(own_path("http://files:8081/vision/train%20net.abc/artifacts/d/x.csv", "abc"),
            "vision/train net.abc/artifacts/d/x.csv");
  EXPECT_EQ(own_path("https://host/prefix/vision/train.abc/models/m.pt?x=1#y", "abc"),
            "prefix/vision/train.abc/models/m.pt");
}

TEST(OwnPath, is_nothing_for_files_of_others_and_for_other_storage) {
  EXPECT_FALSE(own_path("http://files/vision/other.def/x.csv", "abc"));
  EXPECT_FALSE(own_path("http://files/vision/train.abc/../other.def/x.csv", "abc"));
  EXPECT_FALSE(own_path("http://files/vision/train.abc/%2e%2e/other.def/x.csv", "abc"));
  EXPECT_FALSE(own_path("s3://bucket/vision/train.abc/x.csv", "abc"));
  EXPECT_FALSE(own_path("/vision/train.abc/x.csv", "abc"));
  EXPECT_FALSE(own_path("http://files", "abc"));
  EXPECT_FALSE(own_path("http://files/x./y", ""));
}

}  // namespace
}  // namespace jarvis::server::domain
