#include "server/http/web_page.h"

#include <algorithm>

#include "base/json.h"

namespace jarvis::server::http {
namespace {

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>JARVIS</title><h1>JARVIS is running</h1>"
    "<p>This build of the server holds no web UI. <code>./dev build</code> makes one that does.</p></html>\n";

HttpResponse text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = std::move(body)};
}

/// Scripts and styles come from here alone, nothing is inline, nobody frames the pages.
std::string content_policy(const std::string& files_url) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' "
         "data: https: " +
         files_url + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

HttpResponse addresses_response(const WebAddresses& addresses) {
  return {
      .content_type = "application/json",
      .headers = {{"Cache-Control", "no-cache"}},
      .body = to_text(json::object{{"api", addresses.api}, {"files", addresses.files}, {"web", addresses.web}}),
  };
}

bool takes_gzip(const HttpRequest& request) {
  return request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
}

HttpResponse asset_response(const WebAsset& asset, const HttpRequest& request) {
  HttpResponse response{.content_type = std::string(asset.content_type), .headers = {}, .body = {}};
  // The build names these after their content.
  if (asset.path.starts_with("/assets/"))
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  else
    response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (takes_gzip(request)) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = takes_gzip(request) ? asset.gzip : asset.plain;
  return response;
}

}  // namespace

HttpResponse web_page(const HttpRequest& request, const WebAddresses& addresses, std::span<const WebAsset> assets) {
  if (request.method != "GET" && request.method != "HEAD") return text(405, "Pages are read with GET.\n");
  const std::string_view path = request.path();
  if (path == "/healthz") return text(200, "ok\n");
  if (path == "/addresses.json") return addresses_response(addresses);
  const auto find = [&](std::string_view wanted) {
    return std::find_if(assets.begin(), assets.end(), [&](const WebAsset& asset) { return asset.path == wanted; });
  };
  auto asset = find(path);
  const std::string_view last = path.substr(path.rfind('/') + 1);
  if (asset == assets.end() && last.find('.') != std::string_view::npos) return text(404, "There is no such file.\n");
  if (asset == assets.end()) asset = find("/index.html");
  HttpResponse response =
      asset == assets.end()
          ? HttpResponse{.content_type = "text/html; charset=utf-8", .headers = {}, .body = std::string(kNotBuilt)}
          : asset_response(*asset, request);
  response.headers.emplace_back("Content-Security-Policy", content_policy(addresses.files));
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace jarvis::server::http
