// Containers that serve models: there while they report, together an endpoint.
#include <gmock/gmock.h>

#include "server/services/service_fixture.h"

namespace jarvis::server {
namespace {

class Serving : public ServiceFixture {
 protected:
  static json::object container(std::string_view id, std::string_view url) {
    json::object out{{"container_id", id}, {"endpoint_name", "classify"}, {"model_name", "resnet"}};
    if (!url.empty()) out["endpoint_url"] = url;
    return out;
  }
  void report(std::string_view id, std::string_view url, json::object numbers) {
    json::object body = container(id, url);
    for (const auto& [key, value] : numbers)
      body[key] = value;
    ok("serving.container_status_report", std::move(body));
  }
  json::array endpoints() { return ok("serving.get_endpoints").at("endpoints").as_array(); }
  json::array loading() { return ok("serving.get_loading_instances").at("instances").as_array(); }
};

TEST_F(Serving, a_container_loads_until_it_says_where_it_serves) {
  json::object body = container("c1", "");
  body["model_version"] = "3";
  ok("serving.register_container", body);
  clock.advance(std::chrono::seconds(20));

  ASSERT_EQ(loading().size(), 1U);
  EXPECT_EQ(loading().at(0).at("id"), "c1");
  EXPECT_EQ(loading().at(0).at("model_version"), "3");
  EXPECT_EQ(loading().at(0).at("uptime_sec"), 20);
  EXPECT_TRUE(endpoints().empty());

  report("c1", "http://host/classify", {});
  EXPECT_TRUE(loading().empty());
  EXPECT_EQ(endpoints().at(0).at("url"), "http://host/classify");
}

TEST_F(Serving, an_endpoint_adds_up_what_its_containers_report) {
  report("c1", "http://host/a", {{"uptime_sec", 100}, {"requests_num", 10}, {"requests_min", 4}, {"latency_ms", 20}});
  report("c2", "http://host/a", {{"uptime_sec", 50}, {"requests_num", 5}, {"requests_min", 2}, {"latency_ms", 40}});
  report("c3", "http://host/b", {{"requests_num", 1}});

  const json::array found = endpoints();

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(0).at("instances"), 2);
  EXPECT_EQ(found.at(0).at("uptime_sec"), 100);
  EXPECT_EQ(found.at(0).at("requests"), 15);
  EXPECT_EQ(found.at(0).at("requests_min"), 3.0);
  EXPECT_EQ(found.at(0).at("latency_ms"), 30);
}

TEST_F(Serving, details_name_each_container_and_what_it_refers_to) {
  json::object body = container("c1", "http://host/a");
  body["reference"] = {{{"type", "task"}, {"value", "some task"}}};
  body["input_size"] = "224x224";
  ok("serving.register_container", body);
  report("c1", "http://host/a", {{"uptime_sec", 100}, {"requests_num", 10}});

  const json::object details = ok("serving.get_endpoint_details", {{"endpoint_url", "http://host/a"}});

  EXPECT_EQ(details.at("endpoint"), "classify");
  EXPECT_EQ(details.at("model"), "resnet");
  EXPECT_EQ(details.at("input_size"), "224x224");
  EXPECT_EQ(details.at("instances").at(0).at("id"), "c1");
  EXPECT_EQ(details.at("instances").at(0).at("requests"), 10);
  EXPECT_EQ(details.at("instances").at(0).at("reference").at(0).at("value"), "some task");
  EXPECT_EQ(refused("serving.get_endpoint_details", {{"endpoint_url", "http://elsewhere"}}), "400/1501");
}

TEST_F(Serving, a_container_is_gone_when_it_says_so_or_is_silent_for_its_time) {
  json::object body = container("short", "http://host/a");
  body["timeout"] = 30;
  ok("serving.register_container", body);
  report("long", "http://host/a", {});
  report("leaves", "http://host/a", {});
  EXPECT_EQ(endpoints().at(0).at("instances"), 3);

  ok("serving.unregister_container", {{"container_id", "leaves"}});
  ok("serving.unregister_container", {{"container_id", "stranger"}});
  EXPECT_EQ(endpoints().at(0).at("instances"), 2);
  clock.advance(std::chrono::seconds(31));
  EXPECT_EQ(endpoints().at(0).at("instances"), 1);
  clock.advance(std::chrono::seconds(600));
  EXPECT_TRUE(endpoints().empty());
}

TEST_F(Serving, charts_show_each_container_and_all_together) {
  const std::int64_t begin = clock.wall().ms() / 1000 / 40 * 40;
  const json::object machine{
      {"cpu_usage", {10, 30}}, {"memory_used", 100}, {"memory_free", 300}, {"gpu_memory_used", {1, 2}}};
  report("c1", "http://host/a", {{"requests_num", 10}, {"latency_ms", 20}, {"machine_stats", machine}});
  report("c2", "http://host/a", {{"requests_num", 30}, {"latency_ms", 40}, {"machine_stats", machine}});
  const auto history = [&](std::string_view metric, bool has_instances = true) {
    return ok("serving.get_endpoint_metrics_history", {{"endpoint_url", "http://host/a"},
                                                       {"from_date", begin},
                                                       {"to_date", begin + 400},
                                                       {"interval", 1},
                                                       {"metric_type", metric},
                                                       {"instance_charts", has_instances}});
  };

  const json::object requests = history("requests");

  EXPECT_EQ(requests.at("computed_interval"), 40);
  EXPECT_EQ(requests.at("total").at("dates"), json::array{begin});
  EXPECT_EQ(requests.at("total").at("values"), json::array{40.0});
  EXPECT_EQ(requests.at("instances").at("c2").at("values"), json::array{30.0});
  EXPECT_FALSE(history("requests", false).contains("instances"));
  EXPECT_EQ(history("latency_ms").at("total").at("values"), json::array{30.0});
  EXPECT_EQ(history("cpu_count").at("total").at("values"), json::array{4.0});
  EXPECT_EQ(history("cpu_util").at("total").at("values"), json::array{20.0});
  EXPECT_EQ(history("ram_total").at("total").at("values"), json::array{800.0});
  EXPECT_EQ(history("gpu_ram_used").at("total").at("values"), json::array{6.0});
  EXPECT_EQ(history("gpu_ram_total").at("total").at("values"), json::array());
}

TEST_F(Serving, other_companies_see_nothing_of_it) {
  report("c1", "http://host/a", {});
  me.company = CompanyId::random();

  EXPECT_TRUE(endpoints().empty());
  EXPECT_EQ(refused("serving.get_endpoint_details", {{"endpoint_url", "http://host/a"}}), "400/1501");
  EXPECT_EQ(refused("serving.register_container", {{"container_id", ""}}), "400/12");
}

}  // namespace
}  // namespace jarvis::server
