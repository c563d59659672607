namespace GeneratedEncoder.Text;

/// <summary>What is computed of texts. Those of requests with one and the same computation go through the encoder together.</summary>
/// <param name="width">Numbers that a text's row has; 0 where <paramref name="isAlone"/>.</param>
/// <param name="countsAll">Whether to count the tokens that are cut off.</param>
/// <param name="isAlone">Whether texts go one by one, and the request computes them itself.</param>
/// <param name="compute">Computes the rows of a pack.</param>
internal sealed class ServiceComputation(int width, bool countsAll, bool isAlone, PackComputation compute)
{
    public int Width => width;

    public bool CountsAll => countsAll;

    public bool IsAlone => isAlone;

    public PackComputation Compute => compute;
}
