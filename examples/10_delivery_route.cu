// Plans the day of an electric delivery van: in which order to serve 26 customers, and when to charge.
//
//     anychip run examples/10_delivery_route.cu [-- picture.png]
//
// The battery does not last for the round. What a leg takes depends on its length, its slope (downhill gives some
// back) and the load, which shrinks with every parcel. Each CUDA block tries a random order and improves it by 2-opt:
// its threads try all reversals of a part of the order, the best one is kept, until none helps. The best answer of all
// blocks is driven again by plain C++ on the host: it must be possible, and no slower than the nearest-customer-first
// rule.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "check.h"
#include "picture.h"

constexpr int kCustomers = 26, kChargers = 4, kDepot = kCustomers, kPlaces = kCustomers + 1 + kChargers;
constexpr int kStarts = 64, kBlock = 128;
constexpr float kCapacity = 9.0f, kReserve = 0.3f;             // kWh: the battery, and what must stay in it
constexpr float kVan = 2100, kSpeed = 38, kChargePower = 50;   // kg, km/h, kW
constexpr float kStopMinutes = 3, kImpossible = FLT_MAX;

struct Place {
  float x, y, height, load;  // km, km, m, kg to deliver
};
struct Map {
  Place place[kPlaces];  // customers, the depot, chargers
  float distance[kPlaces][kPlaces];
};
struct Visit {
  int place;
  float energy;  // kWh left on arrival
};
// Where a van stands in its day.
struct State {
  int place;
  float load, energy, minutes;
};

// kWh for a leg. Rolling and air take their share of every kilometre; height costs or, partly, gives back.
__host__ __device__ float consumption(const Map &map, int from, int to, float load) {
  float mass = kVan + load, climb = map.place[to].height - map.place[from].height;
  float level = map.distance[from][to] * (0.09f + 0.00006f * mass);
  float lift = mass * 9.81f * climb / 3.6e6f;
  return level + (climb > 0 ? lift / 0.85f : lift * 0.6f);
}

__host__ __device__ float minutes_for(const Map &map, int from, int to) { return map.distance[from][to] / kSpeed * 60; }

// What the battery must still hold at a place so that the van is not stranded there: enough for some charger.
__host__ __device__ float needed_at(const Map &map, int place, float load) {
  float least = place >= kDepot ? 0 : kImpossible;  // the depot charges, too
  for (int charger = kDepot; charger < kPlaces; charger++)
    least = fminf(least, consumption(map, place, charger, load));
  return least + kReserve;
}

// Drives to the next place, by a charger where the battery asks for it. False if there is no way.
__host__ __device__ bool drive(const Map &map, State &state, int to, Visit *visits, int &count) {
  float use = consumption(map, state.place, to, state.load), needed = needed_at(map, to, state.load);
  if (state.energy - use < needed) {
    int best = -1;
    float shortest = kImpossible;
    for (int charger = kDepot + 1; charger < kPlaces; charger++) {
      float detour = map.distance[state.place][charger] + map.distance[charger][to];
      bool reached = state.energy - consumption(map, state.place, charger, state.load) >= kReserve;
      if (reached && charger != state.place && detour < shortest) shortest = detour, best = charger;
    }
    if (best < 0) return false;
    float left = state.energy - consumption(map, state.place, best, state.load);
    if (visits) visits[count++] = {best, left};
    state.minutes += minutes_for(map, state.place, best) + (kCapacity - left) / kChargePower * 60;
    state.energy = kCapacity;
    state.place = best;
    use = consumption(map, best, to, state.load);
    if (state.energy - use < needed) return false;
  }
  state.minutes += minutes_for(map, state.place, to) + (to < kDepot ? kStopMinutes : 0);
  state.energy = fminf(state.energy - use, kCapacity);
  state.place = to;
  state.load -= map.place[to].load;
  if (visits) visits[count++] = {to, state.energy};
  return true;
}

// The order with the part from `first` to `last` driven backwards.
__host__ __device__ int customer_at(const unsigned char *order, int i, int first, int last) {
  return order[i >= first && i <= last ? first + last - i : i];
}

// Minutes for the whole round. `visits` (may be null) gets every stop, chargers and the depot at the end included.
__host__ __device__ float tour(const Map &map, const unsigned char *order, int first, int last, Visit *visits,
                               int *visit_count) {
  State state{kDepot, 0, kCapacity, 0};
  int count = 0;
  for (int i = 0; i < kCustomers; i++) state.load += map.place[i].load;
  for (int i = 0; i <= kCustomers; i++) {
    int to = i < kCustomers ? customer_at(order, i, first, last) : kDepot;
    if (!drive(map, state, to, visits, count)) return kImpossible;
  }
  if (visit_count) *visit_count = count;
  return state.minutes;
}

// A random order for each block, by a generator of 32-bit numbers (linear congruential).
__device__ void shuffle(unsigned char *order, unsigned seed) {
  for (int i = 0; i < kCustomers; i++) order[i] = i;
  for (int i = kCustomers - 1; i > 0; i--) {
    seed = seed * 1664525u + 1013904223u;
    int other = (seed >> 8) % (i + 1);
    unsigned char customer = order[i];
    order[i] = order[other];
    order[other] = customer;
  }
}

__global__ void improve(const Map *map, unsigned char *orders, float *costs) {
  __shared__ unsigned char order[kCustomers];
  __shared__ float best_cost[kBlock];
  __shared__ int best_move[kBlock];
  if (threadIdx.x == 0) shuffle(order, 12345u + 7919u * blockIdx.x);
  __syncthreads();
  float cost = tour(*map, order, 0, 0, nullptr, nullptr);
  for (;;) {
    // This thread's share of the moves: the best of them.
    best_cost[threadIdx.x] = cost;
    best_move[threadIdx.x] = -1;
    for (int move = threadIdx.x; move < kCustomers * kCustomers; move += kBlock) {
      int first = move / kCustomers, last = move % kCustomers;
      if (first >= last) continue;
      float changed = tour(*map, order, first, last, nullptr, nullptr);
      if (changed < best_cost[threadIdx.x]) best_cost[threadIdx.x] = changed, best_move[threadIdx.x] = move;
    }
    // The block's best.
    for (int step = kBlock / 2; step > 0; step /= 2) {
      __syncthreads();
      if (threadIdx.x < step && best_cost[threadIdx.x + step] < best_cost[threadIdx.x]) {
        best_cost[threadIdx.x] = best_cost[threadIdx.x + step];
        best_move[threadIdx.x] = best_move[threadIdx.x + step];
      }
    }
    __syncthreads();
    cost = best_cost[0];
    int move = best_move[0];
    if (move < 0) break;
    int first = move / kCustomers, last = move % kCustomers;
    unsigned char mine = threadIdx.x < kCustomers ? customer_at(order, threadIdx.x, first, last) : 0;
    __syncthreads();
    if (threadIdx.x < kCustomers) order[threadIdx.x] = mine;
    __syncthreads();
  }
  if (threadIdx.x < kCustomers) orders[blockIdx.x * kCustomers + threadIdx.x] = order[threadIdx.x];
  if (threadIdx.x == 0) costs[blockIdx.x] = cost;
}

float height(float x, float y) {  // of the land, in metres
  return 180 + 130 * std::sin(0.42f * x + 0.5f) * std::cos(0.55f * y) + 60 * std::sin(0.9f * y - 0.3f * x);
}

Map make_map() {
  std::mt19937 random(29);
  auto uniform = [&] { return random() / 4294967296.0f; };
  Map map{};
  const float chargers[kChargers][2] = {{4.2f, 2.3f}, {13.6f, 2.2f}, {4.0f, 7.6f}, {13.8f, 7.8f}};
  for (int i = 0; i < kPlaces; i++) {
    Place &place = map.place[i];
    bool crowded = true;
    while (crowded && i < kDepot) {
      place = {0.6f + 16.8f * uniform(), 0.6f + 8.8f * uniform(), 0, 8 + 40 * uniform()};
      crowded = false;
      for (int other = 0; other < i; other++)
        crowded |= std::hypot(place.x - map.place[other].x, place.y - map.place[other].y) < 1.5f;
    }
    if (i == kDepot) place = {9, 5, 0, 0};
    if (i > kDepot) place = {chargers[i - kDepot - 1][0], chargers[i - kDepot - 1][1], 0, 0};
    place.height = height(place.x, place.y);
  }
  for (int i = 0; i < kPlaces; i++)
    for (int j = 0; j < kPlaces; j++)  // roads are longer than the bird's way
      map.distance[i][j] = 1.3f * std::hypot(map.place[i].x - map.place[j].x, map.place[i].y - map.place[j].y);
  return map;
}

// The plain answer: always to the nearest customer that is left.
float greedy(const Map &map) {
  unsigned char order[kCustomers];
  bool served[kCustomers] = {};
  for (int i = 0, at = kDepot; i < kCustomers; i++) {
    int nearest = -1;
    for (int to = 0; to < kCustomers; to++)
      if (!served[to] && (nearest < 0 || map.distance[at][to] < map.distance[at][nearest])) nearest = to;
    served[nearest] = true;
    order[i] = at = nearest;
  }
  return tour(map, order, 0, 0, nullptr, nullptr);
}

// Whether the stops are a day's work: everyone served once, home at the end, the battery never below its reserve.
bool possible(const Map &map, const std::vector<Visit> &visits) {
  int served[kPlaces] = {}, at = kDepot;
  float load = 0, energy = kCapacity;
  for (int i = 0; i < kCustomers; i++) load += map.place[i].load;
  for (const Visit &visit : visits) {
    energy -= consumption(map, at, visit.place, load);
    if (energy < kReserve - 1e-3f || std::fabs(std::fmin(energy, kCapacity) - visit.energy) > 1e-3f) return false;
    served[visit.place]++;
    load -= map.place[visit.place].load;
    energy = visit.place > kDepot ? kCapacity : std::fmin(energy, kCapacity);
    at = visit.place;
  }
  return at == kDepot && std::all_of(served, served + kCustomers, [](int times) { return times == 1; });
}

// The land from above, lit from the north-west; the round in the colour of the battery's charge.
bool draw(const Map &map, const std::vector<Visit> &visits, const char *path) {
  const float scale = 40;  // pixels a km
  Picture picture(720, 400);
  for (int y = 0; y < 400; y++)
    for (int x = 0; x < 720; x++) {
      float east = x / scale, north = y / scale, here = height(east, north);
      float light = 0.5f + 0.006f * (height(east + 0.1f, north + 0.1f) - here);
      picture.set(x, y, mix(kNight, mix({52, 78, 74}, {150, 138, 112}, here / 380), 0.25f + 0.75f * light));
    }
  int at = kDepot;
  float energy = kCapacity;
  for (const Visit &visit : visits) {
    Place from = map.place[at], to = map.place[visit.place];
    float x = scale * from.x, y = scale * from.y, dx = scale * (to.x - from.x), dy = scale * (to.y - from.y);
    picture.line(x, y, x + dx, y + dy, 6, kNight, 0.6f);
    for (int part = 0; part < 24; part++) {
      float charge = energy + (visit.energy - energy) * part / 24;
      picture.line(x + dx * part / 24, y + dy * part / 24, x + dx * (part + 1) / 24, y + dy * (part + 1) / 24, 3,
                   ramp(kAmber, charge / kCapacity));
    }
    at = visit.place;
    energy = at > kDepot ? kCapacity : visit.energy;
  }
  for (int i = 0; i < kPlaces; i++) {
    float x = scale * map.place[i].x, y = scale * map.place[i].y;
    picture.disc(x, y, i < kDepot ? 6 : 10, kNight);
    picture.disc(x, y, i < kDepot ? 4 : 8, i < kDepot ? kWhite : i == kDepot ? kOrange : kBlue);
    if (i <= kDepot) continue;  // a flash on the chargers
    for (int part = 0; part < 2; part++) picture.line(x + 2, y - 5, x - 2, y, 1.5f, kWhite);
    picture.line(x - 2, y, x + 2, y, 1.5f, kWhite);
    picture.line(x + 2, y, x - 2, y + 5, 1.5f, kWhite);
  }
  return picture.write(path);
}

int main(int argc, char **argv) {
  Map map = make_map(), *device_map;
  unsigned char *device_orders;
  float *device_costs;
  std::vector<unsigned char> orders(kStarts * kCustomers);
  std::vector<float> costs(kStarts);
  CHECK(cudaMalloc(&device_map, sizeof map));
  CHECK(cudaMalloc(&device_orders, orders.size()));
  CHECK(cudaMalloc(&device_costs, kStarts * sizeof(float)));
  CHECK(cudaMemcpy(device_map, &map, sizeof map, cudaMemcpyHostToDevice));

  improve<<<kStarts, kBlock>>>(device_map, device_orders, device_costs);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpy(orders.data(), device_orders, orders.size(), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(costs.data(), device_costs, kStarts * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_map));
  CHECK(cudaFree(device_orders));
  CHECK(cudaFree(device_costs));

  int best = std::min_element(costs.begin(), costs.end()) - costs.begin(), count = 0;
  std::vector<Visit> visits(2 * kCustomers + 2);
  float minutes = tour(map, &orders[best * kCustomers], 0, 0, visits.data(), &count), plain = greedy(map);
  visits.resize(count);
  bool good = std::fabs(minutes - costs[best]) < 0.01f && possible(map, visits) && minutes <= plain;
  good &= draw(map, visits, argc > 1 ? argv[1] : "delivery_route.png");
  std::printf("%d customers, %d stops to charge, %.0f minutes (nearest first: ", kCustomers, count - kCustomers - 1,
              minutes);
  if (plain < kImpossible) std::printf("%.0f", plain);
  std::printf("%s): %s\n", plain < kImpossible ? "" : "stranded", good ? "PASS" : "FAIL");
  return !good;
}
