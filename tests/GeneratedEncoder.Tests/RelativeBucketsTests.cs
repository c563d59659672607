using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Buckets of relative positions, against where PyTorch's float32 logarithm puts their bounds.</summary>
public sealed class RelativeBucketsTests
{
    [Theory]
    [InlineData(4, new[] { 1 })]
    [InlineData(7, new[] { 1, 12 })]
    [InlineData(12, new[] { 1, 2, 3, 11, 37 })]
    [InlineData(18, new[] { 1, 2, 3, 4, 8, 16, 32, 64 })]
    [InlineData(32, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91 })]
    [InlineData(64, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113 })]
    public void Each_bucket_starts_where_it_does_in_PyTorch(int buckets, int[] starts)
    {
        int half = buckets / 2;
        for (int away = 0; away < 1000; away++)
        {
            int bucket = starts.Count(start => start <= away);
            Assert.Equal(bucket, RelativeBuckets.Of(-away, buckets, 128));
            Assert.Equal(away == 0 ? 0 : half + bucket, RelativeBuckets.Of(away, buckets, 128));
        }
    }

    [Theory]
    [InlineData(32, 512, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 14, 23, 39, 64, 108, 182, 305 })]
    [InlineData(32, 20, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 18 })]
    [InlineData(8, 5, new[] { 1, 2, 4 })]
    public void The_longest_distance_moves_them(int buckets, int maxDistance, int[] starts)
    {
        for (int away = 0; away < 1000; away++)
        {
            Assert.Equal(starts.Count(start => start <= away), RelativeBuckets.Of(-away, buckets, maxDistance));
        }
    }

    [Fact]
    public void Every_legal_number_of_buckets_holds_every_distance()
    {
        for (int buckets = 4; buckets <= 511; buckets++)
        {
            int[] found = [.. Enumerable.Range(-200, 401).Select(distance => RelativeBuckets.Of(distance, buckets, 128))];

            Assert.Equal(buckets / 2 - 1, found[0]);
            Assert.Equal(buckets / 2 * 2 - 1, found[^1]);
            Assert.All(found, bucket => Assert.InRange(bucket, 0, buckets - 1));
        }
    }
}
