// The peer of the multiple-choice bench: the same relaxation in plain C++. Lower hulls, one sort of all edges by slope, the steepest
// taken until the limit is met; then whole edges that still fit. Input: a binary file of doubles (functions, windows, limit, then costs and resources, one
// row of windows a function, ascending by resource). Prints seconds, the bound of the relaxation, and the cost.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <vector>

struct Edge {
  double slope, resource, cost;
  int function;
};

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1], std::ios::binary | std::ios::ate);
  std::vector<double> all(static_cast<size_t>(file.tellg()) / sizeof(double));
  file.seekg(0);
  file.read(reinterpret_cast<char *>(all.data()), static_cast<std::streamsize>(all.size() * sizeof(double)));
  const auto begin = std::chrono::steady_clock::now();
  const int functions = static_cast<int>(all[0]), windows = static_cast<int>(all[1]);
  const double limit = all[2];
  const double *cost = all.data() + 3, *resource = cost + static_cast<size_t>(functions) * windows;
  double used = 0, paid = 0;
  std::vector<Edge> edges;
  std::vector<int> hull(windows);
  for (int f = 0; f < functions; f++) {
    const double *c = cost + static_cast<size_t>(f) * windows, *r = resource + static_cast<size_t>(f) * windows;
    int corners = 0;
    for (int w = 0; w < windows; w++) {
      if (corners > 0 && c[w] >= c[hull[corners - 1]]) continue;
      while (corners > 1) {
        const int a = hull[corners - 2], b = hull[corners - 1];
        if ((c[a] - c[b]) * (r[w] - r[b]) > (c[b] - c[w]) * (r[b] - r[a])) break;
        corners--;
      }
      hull[corners++] = w;
    }
    used += r[hull[0]];
    paid += c[hull[0]];
    for (int i = 1; i < corners; i++) {
      const int a = hull[i - 1], b = hull[i];
      edges.push_back({(c[a] - c[b]) / (r[b] - r[a]), r[b] - r[a], c[a] - c[b], f});
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge &a, const Edge &b) { return a.slope > b.slope; });
  std::vector<char> blocked(functions, 0);
  double bound = -1;
  for (const Edge &edge : edges) {
    if (blocked[edge.function]) continue;
    if (used + edge.resource > limit) {
      if (bound < 0) bound = paid - edge.slope * (limit - used);
      blocked[edge.function] = 1;
      continue;
    }
    used += edge.resource;
    paid -= edge.cost;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.9f %.17g %.17g\n", seconds, bound < 0 ? paid : bound, paid);
}
