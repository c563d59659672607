using GeneratedEncoder.Runtime;

namespace GeneratedEncoder.Tests;

/// <summary>Rows of DeBERTa's relative positions, against where float32 logarithms, as PyTorch has them, put their bounds.</summary>
public sealed class DisentangledBucketsTests
{
    [Theory]
    [InlineData(512, 256, new[]
    {
        129, 130, 131, 133, 134, 136, 137, 139, 140, 142, 143, 145, 146, 148, 150, 151, 153, 155, 156, 158, 160, 161, 163, 165, 167, 169, 170, 172, 174, 176, 178, 180,
        182, 184, 186, 188, 190, 192, 194, 196, 198, 201, 203, 205, 207, 210, 212, 214, 216, 219, 221, 224, 226, 229, 231, 234, 236, 239, 241, 244, 247, 249, 252, 255,
        258, 260, 263, 266, 269, 272, 275, 278, 281, 284, 287, 290, 294, 297, 300, 303, 307, 310, 313, 317, 320, 324, 327, 331, 335, 338, 342, 346, 349, 353, 357, 361,
        365, 369, 373, 377, 381, 385, 390, 394, 398, 403, 407, 411, 416, 420, 425, 430, 434, 439, 444, 449, 454, 459, 464, 469, 474, 479, 484, 490, 495, 500, 506, 512,
    })]
    [InlineData(128, 64, new[]
    {
        33, 34, 35, 37, 39, 40, 42, 44, 46, 48, 50, 53, 55, 58, 60, 63, 66, 69, 72, 75, 78, 82, 86, 89, 94, 98, 102, 107, 112, 117, 122, 128,
    })]
    [InlineData(40, 8, new[] { 5, 9, 19, 40 })]
    public void Each_row_starts_where_it_does_in_PyTorch(int maxRelativePositions, int buckets, int[] starts)
    {
        const int MaxTokens = 700;
        int[] rows = new int[2 * MaxTokens - 1];

        DisentangledBuckets.Rows(buckets, buckets, maxRelativePositions, MaxTokens, rows);

        for (int distance = 1 - MaxTokens; distance < MaxTokens; distance++)
        {
            int away = Math.Abs(distance), relative = Math.Min(away, buckets / 2) + starts.Count(start => start <= away);
            int expected = Math.Clamp(Math.Sign(distance) * relative + buckets, 0, 2 * buckets - 1);
            Assert.Equal(expected, rows[MaxTokens - 1 + distance]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_buckets_a_row_is_a_distance(int buckets)
    {
        int[] rows = new int[19];

        DisentangledBuckets.Rows(5, buckets, 5, 10, rows);

        Assert.Equal([0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9], rows);
    }

    [Fact]
    public void Texts_shorter_than_the_middle_have_a_row_for_each_distance()
    {
        int[] rows = new int[7];

        DisentangledBuckets.Rows(256, 256, 512, 4, rows);

        Assert.Equal([253, 254, 255, 256, 257, 258, 259], rows);
    }

    [Fact]
    public void Buckets_that_cannot_widen_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DisentangledBuckets.Rows(16, 16, 9, 20, new int[39]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DisentangledBuckets.Rows(16, 16, 40, 20, new int[38]));
    }
}
