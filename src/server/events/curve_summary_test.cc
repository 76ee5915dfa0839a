#include "server/events/curve_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace jarvis::server::events {
namespace {

TEST(CurveSummary, tells_of_each_bucket_where_it_is_and_what_its_values_are) {
  std::vector<Point> points{{kSingleValueIteration, 5, 42}};
  for (std::int64_t i = 0; i < 100; ++i)
    points.push_back({i * 2, 1'000 + i, i == 70 ? std::numeric_limits<double>::infinity() : static_cast<double>(i)});

  const SeriesSummary summary = summary_of(points);

  EXPECT_EQ(summary.single->value, 42);
  EXPECT_EQ(summary.first->iter, 0);
  EXPECT_EQ(summary.last->value, 99);
  EXPECT_EQ(summary.points, 100);
  EXPECT_TRUE(summary.is_in_time_order);
  ASSERT_EQ(summary.buckets.size(), 2U);
  const Bucket& second = summary.buckets.back();
  EXPECT_EQ(second.iter_first, 128);
  EXPECT_EQ(second.iter_last, 198);
  EXPECT_EQ(second.time_first, 1'064);
  EXPECT_EQ(second.time_last, 1'099);
  EXPECT_EQ(second.count, 36);
  EXPECT_EQ(second.finite, 35);
  EXPECT_EQ(second.low, 64);
  EXPECT_EQ(second.high, 99);
  EXPECT_EQ(second.sum, (64 + 99) * 36 / 2 - 70);
}

TEST(CurveSummary, sees_that_time_went_back) {
  EXPECT_FALSE(summary_of(std::vector<Point>{{0, 10, 1}, {1, 9, 1}}).is_in_time_order);
}

Summary many() {
  Summary summary;
  for (int count = 0; count < 300; count += 50) {
    std::vector<Point> points;
    for (int i = 0; i < count; ++i)
      points.push_back({i * i - 40, 1'700'000'000'000 - i * count, i % 3 == 0 ? NAN : std::sin(i)});
    summary[{"metric " + std::to_string(count), "train"}] = summary_of(points);
  }
  return summary;
}

TEST(CurveSummary, reads_back_the_series_that_are_wanted_and_the_names_of_all) {
  const Summary summary = many();
  const std::string blob = pack_summary(summary);

  std::set<SeriesName> names;
  for (const auto& [wanted, series] : summary) {
    names.insert(wanted);
    const auto got = unpack_summary(blob, [&](const SeriesName& name) { return name == wanted; });
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), 1U);
    const SeriesSummary& again = got->at(wanted);
    EXPECT_EQ(again.points, series.points);
    EXPECT_EQ(again.is_in_time_order, series.is_in_time_order);
    EXPECT_EQ(again.first.has_value(), series.first.has_value());
    EXPECT_EQ(again.last.value_or(Point()).time_ms, series.last.value_or(Point()).time_ms);
    ASSERT_EQ(again.buckets.size(), series.buckets.size());
    for (std::size_t i = 0; i < series.buckets.size(); ++i) {
      EXPECT_EQ(again.buckets[i].iter_last, series.buckets[i].iter_last);
      EXPECT_EQ(again.buckets[i].time_first, series.buckets[i].time_first);
      EXPECT_EQ(again.buckets[i].finite, series.buckets[i].finite);
      EXPECT_EQ(again.buckets[i].sum, series.buckets[i].sum);
      EXPECT_EQ(again.buckets[i].low, series.buckets[i].low);
    }
  }
  EXPECT_EQ(names_in_summary(blob).value(), names);
}

TEST(CurveSummary, a_broken_blob_is_corrupt_not_a_crash) {
  const std::string blob = pack_summary(many());
  for (std::size_t size = 0; size + 1 < blob.size(); size += 7)
    EXPECT_EQ(unpack_summary(std::string_view(blob).substr(0, size)).error().code(), ErrorCode::corrupt);
}

}  // namespace
}  // namespace jarvis::server::events
