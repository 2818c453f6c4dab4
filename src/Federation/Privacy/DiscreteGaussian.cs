using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cohort.Federation;

/// <summary>
/// Draws from the discrete Gaussian N_Z(0, sigma^2), P(x) proportional to p(x) = exp(-x^2 / (2 sigma^2)) for every integer x
/// (Canonne, Kamath and Steinke 2020, "The Discrete Gaussian for Differential Privacy"), exactly: no rounding error moves any
/// probability, which is what lets an attacker undo noise drawn in floating point (Mironov 2012). Where their Algorithm 3
/// proposes from a discrete Laplace distribution, this one proposes from a step function above p, which is refused less often.
/// </summary>
/// <remarks>
/// Proof. Magnitudes are cut into blocks of w = 2^shift integers. Block k holds the integers from k w on and is proposed with
/// probability W_k / 2^63; the tail from T on is cut into blocks j = 0, 1, ... of v = 2^tailShift integers, proposed with
/// probability (v/w) W_t 2^-j / 2^63; inside a block all integers are alike. All these weights are whole numbers, so random
/// bits give these probabilities exactly. A proposal y is accepted if a uniform real U is below a(y) = M p(y) / W, where W is
/// W_k or W_t 2^-j. So y comes out with probability proportional to W/w * a(y), which is proportional to p(y) whatever the
/// weights, provided that a(y) &lt;= 1: p falls, so it is enough that W_k >= M p(k w) and W_t 2^-j >= M p(T + j v); the latter
/// as p(T + j v) &lt;= p(T) exp(-j T v / sigma^2) and T v / sigma^2 >= ln 2. A sign doubles the integers, and -0 is thrown
/// away.
///
/// U &lt; a(y) is decided from the first 32 bits of U if they are enough, else from as many more as it takes. Doubles only
/// decide where the bound of their error (<see cref="Doubt"/>) leaves no doubt, and whole numbers decide the rest; so neither a
/// value nor the number of words drawn depends on how a double was rounded, but only on the weights, and these are made of
/// IEEE's exactly rounded operations.
///
/// Words in the order of their use, for each proposal: (1) bits 0-7 slot, bit 8 sign, bits 9-63 slot or its alias; (2) low bits
/// the place in the block, high 32 bits U; if w > 2^32 then (3) high 32 bits U. In the tail: words up to the first that is not
/// 0, whose trailing zeros with all those before are j; one word, low bits the place; one word, high 32 bits U. Then one word
/// at a time for the next 64 bits of U while these are needed.
/// </remarks>
internal sealed class DiscreteGaussian
{
    /// <summary>The least sigma, in steps; below it hardly any noise is drawn.</summary>
    public const double LeastSigma = 1.0 / 32;

    /// <summary>The largest sigma, in steps; a magnitude that 64 bits do not hold is then never seen.</summary>
    public const double LargestSigma = 1L << 50;

    /// <summary>
    /// Bounds the relative error of M p(y) / W in doubles. t = y^2 / (2 sigma^2) is off by at most 8 roundings, 8 * 2^-53 * 64 = 2^-44
    /// for t &lt;= 64; <see cref="PortableMath.ExpOfMinus"/> by 2^-44; the factor and its product by 6 roundings: together below 2^-42.
    /// </summary>
    internal const double Doubt = 1.0 / (1L << 40);

    private const int Slots = 256;
    private const int ThresholdBits = 55;
    private const double LargestExponent = 64;
    private const double TwoTo32 = 1L << 32;

    private readonly Slot[] _slots = new Slot[Slots];
    private readonly Block[] _blocks;
    private readonly int _tail;
    private readonly int _shift;
    private readonly int _tailShift;
    private readonly long _mask;
    private readonly double _sigma;
    private readonly double _halfInverseSquare;
    private readonly double _scale;
    private readonly double _surelyBelow;
    private readonly double _surelyAbove;

    /// <param name="sigma">In steps, the exact value of this double; from 1/32 to 2^50.</param>
    public DiscreteGaussian(double sigma)
        : this(sigma, Slots - 1, Doubt)
    {
    }

    /// <summary>For tests: fewer blocks give the tail more to do, an infinite doubt leaves every decision to whole numbers.</summary>
    internal DiscreteGaussian(double sigma, int blocks, double doubt)
    {
        if (!(sigma is >= LeastSigma and <= LargestSigma))
            throw new ArgumentOutOfRangeException(
                nameof(sigma), sigma,
                $"A discrete Gaussian's standard deviation is from {LeastSigma} to 2^50 steps; "
                + "choose a grid with another number of fraction bits.");
        _sigma = sigma;
        _tail = blocks;
        _surelyBelow = double.IsFinite(doubt) ? 1 - doubt : 0;
        _surelyAbove = 1 + doubt;

        // From 16 to 32 blocks a sigma, so that 2 to 3 proposals in a hundred are refused.
        _shift = Math.Max(0, Math.ILogB(sigma) - 4);
        _mask = (1L << _shift) - 1;
        var tailStart = (double)((long)blocks << _shift);
        _tailShift = _shift;
        while (tailStart / sigma * (Math.ScaleB(1, _tailShift) / sigma) < 0.7) // above ln 2 by more than the roundings
            _tailShift++;

        _halfInverseSquare = 0.5 / (sigma * sigma);
        var tailBlocks = 2L << (_tailShift - _shift); // (1 + 1/2 + 1/4 + ...) v/w
        var heights = new double[blocks + 1];
        double area = 0;
        for (var block = 0; block <= blocks; block++)
        {
            heights[block] = Height((long)block << _shift);
            area += block == blocks ? heights[block] * tailBlocks : heights[block];
        }

        _scale = Math.Floor((1L << 62) / area * (2 - (1.0 / (1 << 20)))); // leaves room to round all weights up
        _blocks = new Block[blocks + 1];
        var masses = new ulong[Slots];
        var left = 1UL << 63;
        for (var block = 0; block <= blocks; block++)
        {
            var weight = WeightAbove(heights[block]);
            masses[block] = block == blocks ? weight * (ulong)tailBlocks : weight;
            left = checked(left - masses[block]);
            _blocks[block].Weight = weight;
        }

        _blocks[0].Weight += left; // whatever is left makes the first block's proposals a little less acceptable
        masses[0] += left;
        for (var block = 0; block <= blocks; block++)
        {
            _blocks[block].Factor = _scale / _blocks[block].Weight * TwoTo32;
            _blocks[block].Squeeze = block == blocks ? 0 : Squeeze(block);
        }

        FillSlots(masses);
    }

    /// <summary>The next value, in steps.</summary>
    /// <exception cref="OverflowException">The value does not fit 64 bits, of which the probability is below 2^-1000.</exception>
    public long Next(KeyStream words)
    {
        while (true)
        {
            var choice = words.Next();
            ref readonly var slot = ref _slots[(int)(choice & (Slots - 1))];
            var block = choice >> (64 - ThresholdBits) < slot.Threshold ? (int)(choice & (Slots - 1)) : slot.Alias;
            var minus = -(long)((choice >> 8) & 1);
            var halvings = 0;
            long magnitude;
            uint first;
            if (block != _tail)
            {
                var word = words.Next();
                magnitude = ((long)block << _shift) + ((long)word & _mask);
                first = (uint)((_shift <= 32 ? word : words.Next()) >> 32);
            }
            else
            {
                halvings = Zeros(words);
                var place = (long)(words.Next() & ((1UL << _tailShift) - 1));
                magnitude = checked(((long)block << _shift) + (halvings * (1L << _tailShift)) + place);
                first = (uint)(words.Next() >> 32);
            }

            var accepted = first < _blocks[block].Squeeze || IsBelow(first, magnitude, block, halvings, words);
            if (accepted && (magnitude | ~minus) != 0)
                return (magnitude ^ minus) - minus;
        }
    }

    /// <summary>For tests: how often of 2^63 times the slots propose a block, and what weight its proposals are accepted by.</summary>
    internal (ulong Proposed, ulong Weight, long First, BigInteger Scale) Look(int block)
    {
        const ulong Full = 1UL << ThresholdBits;
        ulong proposed = 0;
        for (var slot = 0; slot < Slots; slot++)
        {
            proposed += slot == block ? _slots[slot].Threshold : 0;
            proposed += _slots[slot].Alias == block ? Full - _slots[slot].Threshold : 0;
        }

        var times = block == _tail ? 2UL << (_tailShift - _shift) : 1;
        return (proposed, _blocks[block].Weight * times, (long)block << _shift, new BigInteger(_scale));
    }

    private static int Zeros(KeyStream words)
    {
        var zeros = 0;
        while (true)
        {
            var word = words.Next();
            zeros = checked(zeros + BitOperations.TrailingZeroCount(word));
            if (word != 0)
                return zeros;
        }
    }

    /// <summary>Whether U, of which the first 32 bits are known, is below a(y).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsBelow(uint first, long magnitude, int block, int halvings, KeyStream words)
    {
        var y = (double)magnitude;
        var t = y * y * _halfInverseSquare;
        if (t <= LargestExponent && halvings < 64)
        {
            var acceptance = PortableMath.ExpOfMinus(t) * _blocks[block].Factor * (1UL << halvings);
            if (first + 1.0 <= acceptance * _surelyBelow)
                return true;
            if (first >= acceptance * _surelyAbove)
                return false;
        }

        return ExactComparison.IsBelow(
            first, magnitude, _sigma, new BigInteger(_scale) << halvings, _blocks[block].Weight, words);
    }

    /// <summary>p(y), or p where it falls below e^-64.</summary>
    private double Height(long y) =>
        PortableMath.ExpOfMinus(Math.Min(LargestExponent, (double)y * y * _halfInverseSquare));

    private ulong WeightAbove(double height) => (ulong)(_scale * height * (1 + Doubt)) + 1;

    /// <summary>All U whose first 32 bits are below this are below a(y) for each y of the block.</summary>
    private uint Squeeze(int block)
    {
        var last = (double)(((long)(block + 1) << _shift) - 1);
        var t = last * last * _halfInverseSquare;
        if (_surelyBelow == 0 || t > LargestExponent)
            return 0;
        return (uint)Math.Min(uint.MaxValue, PortableMath.ExpOfMinus(t) * _blocks[block].Factor * (1 - Doubt));
    }

    /// <summary>Walker's alias method in whole numbers: 256 slots of mass 2^55, each shared by at most two blocks.</summary>
    private void FillSlots(ulong[] masses)
    {
        const ulong Full = 1UL << ThresholdBits;
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (var slot = 0; slot < Slots; slot++)
            (masses[slot] < Full ? small : large).Push(slot);
        while (small.TryPop(out var slot))
        {
            var giver = large.Peek(); // the masses' sum is 256 times Full, so while one slot lacks something another has too much
            _slots[slot] = new Slot(masses[slot], giver);
            masses[giver] -= Full - masses[slot];
            if (masses[giver] < Full)
                small.Push(large.Pop());
        }

        foreach (var slot in large)
            _slots[slot] = new Slot(Full, slot);
    }

    private readonly record struct Slot(ulong Threshold, int Alias);

    private struct Block
    {
        public ulong Weight;
        public double Factor;
        public uint Squeeze;
    }
}
