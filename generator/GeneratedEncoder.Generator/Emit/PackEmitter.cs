using System.Globalization;
using GeneratedEncoder.Generator.Plan;
using GeneratedEncoder.Generator.Spec;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>The packing of a model file's tensors into the memory map of weights.</summary>
internal static class PackEmitter
{
    public static void Emit(SourceWriter w, EncoderPlan plan)
    {
        EmitPack(w, plan);
        w.Line();
        EmitPackLayer(w, plan);
        if (plan.Attention.Disentangled is { } positions)
        {
            w.Line();
            PositionPackEmitter.Emit(w, plan, positions);
        }
    }

    private static void EmitPack(SourceWriter w, EncoderPlan plan)
    {
        EncoderSpec spec = plan.Spec;
        w.Summary("Packs the model's tensors. A tensor that is missing, misshapen or of an unsupported type is an error that names it.");
        w.Line(Attributes.Generated);
        using (w.Block("private static void Pack(ModelTensors tensors, EncoderMemory memory)"))
        {
            w.Comment("A file with these holds another encoder.");
            foreach (RefusedTensor refused in TensorList.Refused(spec))
            {
                w.Line($"tensors.Refuse(\"{refused.Name}\", \"{refused.Because}\");");
            }

            w.Line();
            if (plan.Embeddings is { } embeddings)
            {
                EmitEmbeddings(w, plan, embeddings);
                w.Line();
            }

            EmitPositions(w, plan);
            if (plan.FinalNorm is { } norm)
            {
                EmitNorm(w, $"\"{plan.Blocks.FinalNorm!.Name}\"", "Weights.FinalNorm", norm, plan.Blocks.FinalNorm);
                w.Line();
            }

            if (plan.Convolution is { } convolution)
            {
                EmitConvolution(w, spec, convolution);
                w.Line();
            }

            EmitLayers(w, plan);
            EmitModules(w, plan);
            if (plan.Head is not null)
            {
                w.Line();
                w.Line("PackHead(tensors, memory);");
            }
        }
    }

    private static void EmitLayers(SourceWriter w, EncoderPlan plan)
    {
        DisentangledPlan? positions = plan.Attention.Disentangled;
        if (positions is not null)
        {
            w.Line("float[] positions = NormedPositions(tensors);");
        }

        using (w.Block($"for (int index = 0; index < {plan.Spec.LayerSets}; index++)"))
        {
            w.Line($"PackLayer(tensors, memory, $\"{plan.Blocks.LayerStart}{{index}}{plan.Blocks.LayerEnd}\", {plan.Offsets.PackedLayer.Int}{(plan.FirstLayerLacksNorm ? ", index == 0" : "")});");
            string name = plan.Attention.PositionsUsePackedWeights ? "" : $"tensors, $\"{plan.Blocks.LayerStart}{{index}}{plan.Blocks.LayerEnd}\", ";
            w.LineIf(positions is not null, $"PackPositions({name}memory, {plan.Offsets.PackedLayer.Int}, positions);");
        }
    }

    private static void EmitEmbeddings(SourceWriter w, EncoderPlan plan, EmbeddingsPlan embeddings)
    {
        EmbeddingsBlock block = embeddings.Block;
        EmitTable(w, block.Positions, "Positions", embeddings);
        EmitTable(w, block.Types, "TokenTypes", embeddings);
        if (embeddings.Norm is { } norm)
        {
            EmitNorm(w, $"\"{block.Norm!.Name}\"", "Weights.EmbeddingNorm", norm, block.Norm);
        }

        if (embeddings.Projection is { } projection)
        {
            EmitWhole(w, $"\"{block.Projection!.Name}\"", "Weights.Projection", projection, block.Projection);
        }
    }

    private static void EmitTable(SourceWriter w, Table? table, string region, EmbeddingsPlan embeddings) => w.LineIf(
        table is not null,
        $"tensors.CopyTable(\"{table?.Name}\", {table?.Rows}, {embeddings.Size}, {embeddings.Columns}, memory.WeightSlice(Weights.{region}, {(table?.Rows ?? 0) * embeddings.Columns}));");

    /// <summary>What is computed of positions once.</summary>
    private static void EmitPositions(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        if (attention.RelativeBias is { } bias)
        {
            string slice = $"memory.WeightSlice(Weights.RelativeBias, {bias.Floats})";
            w.Line(bias.Block.Buckets is { } table
                ? $"tensors.CopyRelativeBias(\"{table.Name}\", {bias.Buckets}, {bias.Block.MaxDistance}, {bias.Heads}, {bias.MaxTokens}, {bias.Stride}, {AttentionPlan.Log2E}, {slice});"
                : $"AlibiTable.Fill({bias.Heads}, {bias.MaxTokens}, {bias.Stride}, {AttentionPlan.Log2E}, {slice});");
            w.Line();
        }

        if (attention.Rotary is { } rotary)
        {
            int index = 0;
            foreach (Rotary table in rotary.Tables)
            {
                string start = index == 0 ? "Weights.Rotary" : $"Weights.Rotary + {index * rotary.TableFloats}";
                w.Line($"RotaryTable.Fill({rotary.Positions}, {rotary.Pairs}, {rotary.Stride}, {Number(table.Theta)}, linear: 1, ntk: {Number(table.Factor)}, mixed: {Number(table.Mixed)}, memory.WeightSlice({start}, {rotary.TableFloats}));");
                index++;
            }

            w.Line();
        }

        if (attention.Disentangled is { } positions)
        {
            w.Line($"DisentangledBuckets.Rows({positions.Block.Span}, {positions.Block.Buckets}, {positions.Block.MaxDistance}, {positions.MaxTokens}, " +
                $"MemoryMarshal.Cast<float, int>(memory.WeightSlice(Weights.PositionRows, {2 * positions.MaxTokens - 1})));");
            w.Line();
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void EmitConvolution(SourceWriter w, EncoderSpec spec, ConvolutionPlan convolution)
    {
        LinearPlan product = convolution.Product;
        string name = convolution.Block.Name;
        w.Line($"tensors.PackConvolution(\"{name}.weight\", {spec.HiddenSize}, {spec.HiddenSize}, {convolution.Block.Kernel}, 1f, memory.WeightSlice(Weights.ConvolutionPanels, {product.Columns * product.K}));");
        w.Line($"tensors.PackBias(\"{name}.bias\", {spec.HiddenSize}, 0, {spec.HiddenSize}, {spec.HiddenSize}, {product.Columns}, 1, 1f, memory.WeightSlice(Weights.ConvolutionBias, {product.Columns}));");
        EmitNorm(w, $"\"{convolution.Block.Norm.Name}\"", "Weights.ConvolutionNorm", convolution.Norm, convolution.Block.Norm);
    }

    private static void EmitModules(SourceWriter w, EncoderPlan plan)
    {
        foreach (ModulePlan module in plan.Pooling.Modules)
        {
            if (module.Block is NormalizeModule)
            {
                continue;
            }

            w.Line();
            string folder = module.Block is DenseModule dense ? dense.Folder : ((NormModule)module.Block).Folder;
            using (w.Block($"using (ModelTensors module = tensors.OpenModule({ForeignText.Literal(folder)}))"))
            {
                if (module.Block is DenseModule layer)
                {
                    EmitLinear(w, $"\"{layer.Layer.Name}\"", $"Weights.{module.Name}", module.Dense!, layer.Layer, layer.Layer.Out, module.Dense!.Columns, 0, module.Dense.Columns, "1f", "module");
                }
                else
                {
                    EmitNorm(w, "\"norm\"", $"Weights.{module.Name}", module.Norm!, ((NormModule)module.Block).Norm, "module");
                }
            }
        }
    }

    private static void EmitPackLayer(SourceWriter w, EncoderPlan plan)
    {
        AttentionPlan attention = plan.Attention;
        LayerBlock layer = plan.Blocks.Layer;
        w.Summary("Packs one layer's tensors.");
        w.Line(Attributes.Generated);
        using (w.Block($"private static void PackLayer(ModelTensors tensors, EncoderMemory memory, string name, int start{(plan.FirstLayerLacksNorm ? ", bool isFirst" : "")})"))
        {
            double divisor = layer.Attention.ScoreDivisor;
            bool scalesNorm = attention.QueryKeyNorms is not null;
            string factor = divisor == 1 ? "log2(e)" : $"log2(e) / sqrt({Number(divisor)})";
            w.Comment($"Queries, keys and values side by side; {factor} goes into the queries{(scalesNorm ? "' norm" : "")}.");
            w.Line($"float scale = {AttentionPlan.QueryScale(layer.Attention)};");
            int column = 0;
            foreach ((Linear linear, int heads) in new[] { (layer.Attention.Query, attention.Heads), (layer.Attention.Key, attention.KeyValueHeads), (layer.Attention.Value, attention.KeyValueHeads) })
            {
                int columns = heads * attention.HeadColumns;
                EmitLinear(w, $"name + \"{linear.Name}\"", "start + Layer.Qkv", attention.Qkv, linear, attention.HeadSize, attention.HeadColumns, column, columns, column == 0 && !scalesNorm ? "scale" : "1f");
                column += columns;
            }

            if (attention.QueryKeyNorms is { } norms)
            {
                EmitHeadNorm(w, attention, norms, layer.Attention.QueryNorm!, "Query", attention.Heads, "scale");
                EmitHeadNorm(w, attention, norms, layer.Attention.KeyNorm!, "Key", attention.KeyValueHeads, "1f");
            }

            EmitWhole(w, $"name + \"{layer.Attention.Output.Name}\"", "start + Layer.Output", attention.Output, layer.Attention.Output);
            EmitNorms(w, "Attention", attention.Norms, layer.AttentionNorms, plan.FirstLayerLacksNorm);
            w.Line();
            FeedForwardBlock network = layer.FeedForward;
            if (network.Gate is { } gate)
            {
                EmitHalf(w, network.Up, plan.FeedForward.Up, 0);
                EmitHalf(w, gate, plan.FeedForward.Up, Panel.Width);
            }
            else
            {
                EmitWhole(w, $"name + \"{network.Up.Name}\"", "start + Layer.Up", plan.FeedForward.Up, network.Up);
            }

            EmitWhole(w, $"name + \"{network.Down.Name}\"", "start + Layer.Down", plan.FeedForward.Down, network.Down);
            EmitNorms(w, "FeedForward", plan.FeedForward.Norms, layer.FeedForwardNorms, firstLacksBefore: false);
        }
    }

    /// <summary>The half of a gated projection whose panels start at this column and take turns with the other's.</summary>
    private static void EmitHalf(SourceWriter w, Linear half, LinearPlan linear, int firstColumn)
    {
        string rows = $"{half.StoredRows}, {half.FirstRow}, {half.Out}", groups = $"{half.Out}, {linear.Columns / 2}, 2, 1f";
        w.Line($"tensors.PackWeight({Format(linear.Format)}name + \"{half.Name}.weight\", {rows}, {half.In}, {groups}, memory.WeightSlice(start + Layer.UpPanels{Plus(linear.FloatsOf(firstColumn))}, {linear.FloatsOf(linear.Columns - firstColumn)}));");
        w.LineIf(half.HasBias, $"tensors.PackBias(name + \"{half.Name}.bias\", {rows}, {groups}, memory.WeightSlice(start + Layer.UpBias{Plus(firstColumn)}, {linear.Columns - firstColumn}));");
    }

    private static void EmitHeadNorm(SourceWriter w, AttentionPlan attention, QueryKeyNormPlan norms, Norm norm, string name, int heads, string scale)
    {
        if (norms.IsByHead)
        {
            EmitNorm(w, $"name + \"{norm.Name}\"", $"start + Layer.{name}Norm", norms.Norm, norm, scale: scale);
            return;
        }

        int columns = heads * attention.HeadColumns;
        foreach (string part in new[] { "Weight", "Bias" })
        {
            w.Line($"tensors.PackBias(name + \"{norm.Name}.{part.ToLowerInvariant()}\", {norm.Size}, 0, {norm.Size}, {attention.HeadSize}, {attention.HeadColumns}, 1, {scale}, memory.WeightSlice(start + Layer.{name}Norm{part}, {columns}));");
        }
    }

    private static void EmitNorms(SourceWriter w, string subLayer, SubLayerPlan plans, SubLayerNorms norms, bool firstLacksBefore)
    {
        void Emit(string place, NormPlan? plan, Norm? norm)
        {
            if (plan is not null)
            {
                EmitNorm(w, $"name + \"{norm!.Name}\"", $"start + Layer.{subLayer}{place}", plan, norm);
            }
        }

        if (firstLacksBefore)
        {
            using (w.Block("if (!isFirst)"))
            {
                Emit("Norm", plans.Before, norms.Before);
            }

            w.Line();
        }
        else
        {
            Emit("Norm", plans.Before, norms.Before);
        }

        Emit("OutputNorm", plans.OfOutput, norms.OfOutput);
        Emit("Norm", plans.OfSum, norms.OfSum);
        Emit("SecondNorm", plans.OfSecondSum, norms.OfSecondSum);
    }

    /// <summary>A norm's gains and biases.</summary>
    public static void EmitNorm(SourceWriter w, string name, string region, NormPlan norm, Norm block, string tensors = "tensors", string scale = "1f")
    {
        if (norm.HasBias && !block.AddsOne && scale == "1f")
        {
            w.Line($"{tensors}.CopyLayerNorm({name}, {norm.Size}, memory.WeightSlice({region}Weight, {norm.Columns}), memory.WeightSlice({region}Bias, {norm.Columns}));");
            return;
        }

        w.Line($"{tensors}.CopyNormWeight({name}, {norm.Size}, {(block.AddsOne ? "1f" : "0f")}, {scale}, memory.WeightSlice({region}Weight, {norm.Columns}));");
        w.LineIf(norm.HasBias, $"{tensors}.CopyNormBias({name}, {norm.Size}, {scale}, memory.WeightSlice({region}Bias, {norm.Columns}));");
    }

    private static void EmitWhole(SourceWriter w, string name, string region, LinearPlan plan, Linear linear) =>
        EmitLinear(w, name, region, plan, linear, linear.Out, plan.Columns, 0, plan.Columns, "1f");

    private static void EmitLinear(
        SourceWriter w, string name, string region, LinearPlan plan, Linear linear, int groupSize, int groupColumns, int firstColumn, int columns, string scale, string tensors = "tensors")
    {
        WeightFormat format = firstColumn < plan.Float32Columns ? WeightFormat.Float32 : plan.Format;
        string panels = $"memory.WeightSlice({region}Panels{Plus(plan.FloatsOf(firstColumn))}, {plan.FloatsOf(firstColumn + columns) - plan.FloatsOf(firstColumn)})";
        string bias = $"memory.WeightSlice({region}Bias{Plus(firstColumn)}, {columns})";
        if (linear is { HasBias: true, Together: 0 } && format == WeightFormat.Float32)
        {
            w.Line($"{tensors}.PackLinear({name}, {linear.Out}, {plan.K}, {groupSize}, {groupColumns}, {scale}, {panels}, {bias});");
            return;
        }

        string rows = $"{linear.StoredRows}, {linear.FirstRow}, {linear.Out}", groups = $"{groupSize}, {groupColumns}, 1";
        w.Line($"{tensors}.PackWeight({Format(format)}{Append(name, ".weight")}, {rows}, {plan.K}, {groups}, {scale}, {panels});");
        w.LineIf(linear.HasBias, $"{tensors}.PackBias({Append(name, ".bias")}, {rows}, {groups}, {scale}, {bias});");
    }

    /// <summary>The argument that says how a product's weights are held, before the others; none for float32.</summary>
    private static string Format(WeightFormat format) => format == WeightFormat.Float32 ? "" : $"WeightFormat.{format}, ";

    /// <summary>An expression that ends with a literal, which ends with this as well.</summary>
    private static string Append(string expression, string ending) => expression.Substring(0, expression.Length - 1) + ending + "\"";

    private static string Plus(long offset) => offset == 0 ? "" : $" + {offset}";
}
