#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/digest.h"
#include "server/events/last_metrics.h"
#include "server/events/scalar_pack.h"

namespace jarvis::server::events {
namespace {

std::string scalar(const char* metric, int iter, double value) {
  return R"({"type":"training_stats_scalar","task":"t","metric":")" + std::string(metric) +
         R"(","variant":"v","iter":)" + std::to_string(iter) + R"(,"value":)" + std::to_string(value) + "}\n";
}

TEST(EventBatch, sorts_events_by_task_and_kind) {
  const auto batch =
      parse_event_lines(scalar("loss", 1, 0.5) + R"({"type":"log","task":"u","msg":"hi","seq":3,"stream":"s"})" + "\n" +
                            R"({"type":"plot","task":"t","metric":"p","variant":"v","iter":2,"plot_str":"{}"})",
                        77);

  ASSERT_TRUE(batch) << batch.error().message();
  EXPECT_EQ(batch->event_count, 3);
  EXPECT_EQ(batch->tasks.at("t").scalars.size(), 1U);
  EXPECT_EQ(batch->tasks.at("t").iteration_max, 2);
  EXPECT_EQ(batch->tasks.at("u").logs.at(0).time_ms, 77);
  EXPECT_EQ(batch->tasks.at("u").logs.at(0).seq, 3);
}

TEST(EventBatch, counts_what_it_cannot_take) {
  const auto batch = parse_event_lines("{\"type\":\"log\"}\n{\"type\":\"nonsense\",\"task\":\"t\"}\n", 0);

  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->errors.size(), 2U);
  EXPECT_FALSE(parse_event_lines("[1]", 0));
}

TEST(EventBatch, reads_numbers_as_python_writes_them) {
  const auto line = [](const std::string& value, const std::string& iter = "1") {
    return R"({"type":"training_stats_scalar","task":"t","metric":"NaN \" -Infinity","variant":"v","iter":)" + iter +
           R"(,"value":)" + value + "}\n";
  };
  const auto batch =
      parse_event_lines(line("NaN") + line("Infinity") + line("-Infinity") + line("1000000000000000000000000000000") +
                            line("\"3.5\"") + line("2", "\"7\""),
                        0);

  ASSERT_TRUE(batch) << batch.error().message();
  EXPECT_EQ(batch->errors.size(), 0U);
  const auto& points = batch->tasks.at("t").scalars.at({"NaN \" -Infinity", "v"}).points;
  ASSERT_EQ(points.size(), 6U);
  EXPECT_TRUE(std::isnan(points[0].value));
  EXPECT_EQ(points[1].value, HUGE_VAL);
  EXPECT_EQ(points[2].value, -HUGE_VAL);
  EXPECT_EQ(points[3].value, 1e30);
  EXPECT_EQ(points[4].value, 3.5);
  EXPECT_EQ(points[5].iter, 7);
  EXPECT_FALSE(parse_event_lines(line("NaNN"), 0));
}

TEST(EventBatch, refuses_a_point_that_would_stand_at_another_place) {
  const auto line = [](const std::string& iter, const std::string& value = "1") {
    return R"({"type":"training_stats_scalar","task":"t","metric":"m","variant":"v","iter":)" + iter + R"(,"value":)" +
           value + "}\n";
  };
  const auto batch = parse_event_lines(line("9223372036854775807") + line("-9223372036854775808") + line("\"last\"") +
                                           line("[1]") + line("1", "\"high\"") + line("null", "null"),
                                       0);

  ASSERT_TRUE(batch) << batch.error().message();
  EXPECT_EQ(batch->errors.at("Invalid 'iter': expected a whole number between -9e15 and 9e15"), 4);
  EXPECT_EQ(batch->errors.at("Invalid 'value': expected a number"), 1);
  ASSERT_EQ(batch->tasks.at("t").scalars.at({"m", "v"}).points.size(), 1U);
}

TEST(ScalarPack, reads_back_bit_for_bit) {
  SeriesMap series;
  for (int i = 0; i < 5000; ++i)
    series[{"loss", "train"}].push_back({i * 3 - 7, 1'700'000'000'000 + i * 17, 1.0 / (i + 1)});
  series[{"a", ""}] = {{kSingleValueIteration, 0, -0.0}, {0, -5, 1e308}};

  const std::string blob = pack(series);
  const auto again = unpack(blob);

  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), series.size());
  for (const auto& [name, points] : series) {
    const auto& got = again->at(name);
    ASSERT_EQ(got.size(), points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      EXPECT_EQ(got[i].iter, points[i].iter);
      EXPECT_EQ(got[i].time_ms, points[i].time_ms);
      EXPECT_EQ(got[i].value, points[i].value);
    }
  }
  EXPECT_LT(blob.size(), 5000U * 13);
}

TEST(ScalarPack, of_many_series_one_is_read_and_all_are_named) {
  SeriesMap series;
  std::set<SeriesName> names;
  for (int count = 0; count < 40; ++count) {
    const SeriesName name{"metric " + std::to_string(count), "train"};
    names.insert(name);
    // Of every length of number, so that what is skipped begins and ends anywhere in its bytes.
    for (int i = 0; i < count; ++i)
      series[name].push_back({i << (i % 30), 1'700'000'000'000 + i * count, count == 0 ? 0 : 1.0 / (i + count)});
    series.try_emplace(name);
  }
  const std::string blob = pack(series);

  const auto named = names_in(blob);
  ASSERT_TRUE(named);
  EXPECT_EQ(*named, names);
  for (const SeriesName& wanted : names) {
    const auto got = unpack(blob, [&](const SeriesName& name) { return name == wanted; });
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), 1U);
    ASSERT_EQ(got->at(wanted).size(), series.at(wanted).size());
    for (std::size_t i = 0; i < series.at(wanted).size(); ++i) {
      EXPECT_EQ(got->at(wanted)[i].iter, series.at(wanted)[i].iter);
      EXPECT_EQ(got->at(wanted)[i].value, series.at(wanted)[i].value);
    }
  }
}

TEST(ScalarPack, a_broken_blob_is_corrupt_not_a_crash) {
  SeriesMap series;
  for (int i = 0; i < 2000; ++i)
    series[{"loss", "train"}].push_back({i, i, 0.1 * i});
  std::string blob = pack(series);
  blob.resize(blob.size() / 2);

  EXPECT_EQ(unpack(blob).error().code(), ErrorCode::corrupt);
  EXPECT_EQ(names_in(blob).error().code(), ErrorCode::corrupt);
  EXPECT_FALSE(unpack(""));
}

TEST(ScalarMerge, the_newer_point_of_an_iteration_wins) {
  SeriesMap all{{{"m", "v"}, {{1, 0, 1.0}, {2, 0, 2.0}}}};

  merge_into(all, {{{"m", "v"}, {{2, 0, 20.0}, {0, 0, 0.5}}}});

  const auto& points = all.at({"m", "v"});
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].iter, 0);
  EXPECT_EQ(points[2].value, 20.0);
}

TEST(LastMetrics, keep_last_least_greatest_first_and_mean) {
  json::object task;
  for (const auto& [iter, value] : {std::pair{0, 3.0}, {1, 1.0}, {2, 2.0}}) {
    update_last_metrics(task, parse_event_lines(scalar("loss", iter, value), 0)->tasks.at("t"));
  }

  const auto* entry = find_path(task, {"last_metrics", md5_hex("loss"), md5_hex("v")});
  ASSERT_NE(entry, nullptr);
  const json::object& loss = entry->as_object();
  EXPECT_EQ(get_double(loss, "value"), 2.0);
  EXPECT_EQ(get_double(loss, "min_value"), 1.0);
  EXPECT_EQ(get_int(loss, "min_value_iteration"), 1);
  EXPECT_EQ(get_double(loss, "max_value"), 3.0);
  EXPECT_EQ(get_double(loss, "first_value"), 3.0);
  EXPECT_EQ(get_double(loss, "mean_value"), 2.0);
  EXPECT_EQ(get_int(task, "last_iteration"), 2);
}

TEST(LastMetrics, keys_are_in_ascending_order) {
  json::object task;
  for (const char* metric : {"c", "a", "b", "d"})
    update_last_metrics(task, parse_event_lines(scalar(metric, 0, 1), 0)->tasks.at("t"));

  std::vector<std::string> keys;
  for (const auto& field : task.at("last_metrics").as_object())
    keys.emplace_back(field.key());
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

}  // namespace
}  // namespace jarvis::server::events
