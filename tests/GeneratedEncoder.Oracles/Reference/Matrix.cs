namespace GeneratedEncoder.Oracles.Reference;

/// <summary>Rows of numbers in double precision, mostly a row a token.</summary>
/// <param name="rows">How many rows.</param>
/// <param name="width">How many numbers a row has.</param>
internal sealed class Matrix(int rows, int width)
{
    /// <summary>How many rows.</summary>
    public int Rows { get; } = rows;

    /// <summary>How many numbers a row has.</summary>
    public int Width { get; } = width;

    /// <summary>[rows, width].</summary>
    public double[] Values { get; } = new double[rows * width];

    public double this[int row, int column]
    {
        get => Values[row * Width + column];
        set => Values[row * Width + column] = value;
    }

    /// <summary>A matrix of one row.</summary>
    public static Matrix OfRow(ReadOnlySpan<double> values)
    {
        Matrix row = new(1, values.Length);
        values.CopyTo(row.Values);
        return row;
    }

    /// <summary>Rows of a table [count, width], which may be named several times and in any order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row.</exception>
    public static Matrix Lookup(Tensor table, ReadOnlySpan<int> rows)
    {
        Matrix found = new(rows.Length, table.Shape[1]);
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = table.Values.AsSpan(rows[i] * found.Width, found.Width);
            for (int c = 0; c < found.Width; c++)
            {
                found[i, c] = row[c];
            }
        }

        return found;
    }

    public Span<double> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Some of the rows, copied.</summary>
    public Matrix RowsAt(ReadOnlySpan<int> rows)
    {
        Matrix part = new(rows.Length, Width);
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(part.Row(i));
        }

        return part;
    }

    /// <summary>The columns from <paramref name="first"/> on, copied: [rows, count].</summary>
    public Matrix Columns(int first, int count)
    {
        Matrix part = new(Rows, count);
        for (int row = 0; row < Rows; row++)
        {
            Row(row).Slice(first, count).CopyTo(part.Row(row));
        }

        return part;
    }

    /// <summary>Equal parts of the columns: [q | k | v] has three.</summary>
    public Matrix[] Split(int parts)
    {
        int width = Width / parts;
        return Width == width * parts
            ? [.. Enumerable.Range(0, parts).Select(part => Columns(part * width, width))]
            : throw new ArgumentException($"A width of {Width} has no {parts} equal parts.", nameof(parts));
    }

    /// <summary>A function of every number.</summary>
    public Matrix Map(Func<double, double> function)
    {
        Matrix result = new(Rows, Width);
        for (int i = 0; i < Values.Length; i++)
        {
            result.Values[i] = function(Values[i]);
        }

        return result;
    }

    /// <summary>The mean of all rows.</summary>
    public Matrix MeanRow()
    {
        Matrix mean = new(1, Width);
        for (int row = 0; row < Rows; row++)
        {
            mean += OfRow(Row(row));
        }

        return mean.Map(sum => sum / Rows);
    }

    public static Matrix operator +(Matrix a, Matrix b) => Combine(a, b, (x, y) => x + y);

    /// <summary>Products of numbers at the same place.</summary>
    public static Matrix operator *(Matrix a, Matrix b) => Combine(a, b, (x, y) => x * y);

    private static Matrix Combine(Matrix a, Matrix b, Func<double, double, double> function)
    {
        if (a.Rows != b.Rows || a.Width != b.Width)
        {
            throw new ArgumentException($"[{a.Rows}, {a.Width}] doesn't go with [{b.Rows}, {b.Width}].", nameof(b));
        }

        Matrix result = new(a.Rows, a.Width);
        for (int i = 0; i < result.Values.Length; i++)
        {
            result.Values[i] = function(a.Values[i], b.Values[i]);
        }

        return result;
    }
}
