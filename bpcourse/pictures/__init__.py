"""Still pictures: matplotlib's on an Axes given, and the network as SVG."""
