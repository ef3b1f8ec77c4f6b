std::pair<double, double> nearest_centre(std::vector<Point> points, int k) {
    sort(points.begin(), points.end(), by_distance);
    double x = 0, y = 0;
    for (int i = 0; i < k; i++) {
        x += points[i].x;
        y += points[i].y;
    }
    return {x / k, y / k};
}
