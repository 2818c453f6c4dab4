namespace Cohort.Model.Data.Avatars;

/// <summary>Paints one face, from the background forwards.</summary>
internal readonly ref struct Portrait
{
    private const float EyeLine = -1.5f;

    private readonly Canvas _canvas;
    private readonly Identity _who;
    private readonly Expression _face;
    private readonly Pose _pose;
    private readonly float _line;
    private readonly float _gaze;

    public Portrait(Canvas canvas, in Identity who, in Expression face, in Pose pose, float lineWidth, float gaze)
    {
        _canvas = canvas;
        _who = who;
        _face = face;
        _pose = pose;
        _line = lineWidth;
        _gaze = gaze;
    }

    // Lines in the face: shadow on the skin, or ink where the face is drawn with outlines.
    private float Ink => _who.Outlined ? MathF.Min(0.1f, _who.Skin - 0.35f) : _who.Skin * 0.45f;

    private Oval Head => new(0, 0, _who.HeadWidth, _who.HeadHeight, _who.Taper, _who.Jaw);

    public void Paint()
    {
        PaintBody();
        PaintHairBehind();
        PaintEars();
        PaintHead();
        PaintBeard();
        PaintCheeks();
        PaintNose();
        PaintMouth();
        PaintEye(-1);
        PaintEye(1);
        PaintHairInFront();
        PaintBrow(-1);
        PaintBrow(1);
        PaintFrown();
        PaintGlasses();
    }

    private void PaintBody()
    {
        _canvas.Paint(new Oval(0, 30, 19, 11, 0, 0.5f), _who.Shirt);
        _canvas.Paint(new Oval(0, 17, 5.5f, 7), _who.Skin * 0.8f);
    }

    private void PaintHairBehind()
    {
        (float width, float height) = (_who.HeadWidth, _who.HeadHeight);
        switch (_who.Hair)
        {
            case Hair.Long:
                _canvas.Paint(new Oval(0, 3, width + 3.4f, height + 5, -0.1f, 0.5f), _who.HairShade);
                break;
            case Hair.Bob:
                _canvas.Paint(new Oval(0, -2, width + 2.8f, height + 0.5f, -0.12f, 0.6f), _who.HairShade);
                break;
            case Hair.Curly:
                _canvas.Paint(new Oval(0, -6.5f, width + 4, height - 1.5f), _who.HairShade);
                break;
            case Hair.Bun:
                _canvas.Paint(new Oval(0, -height - 1.5f, 5.5f, 4.5f), _who.HairShade);
                break;
        }
    }

    private void PaintEars()
    {
        if (_who.Hair is Hair.Long or Hair.Bob)
            return;
        for (int side = -1; side <= 1; side += 2)
        {
            float x = side * (_who.HeadWidth - 0.2f) * (1 + (_pose.Yaw * side * -0.05f));
            var ear = new Oval(x, 0.5f, _who.Ears * 0.75f, _who.Ears);
            _canvas.Paint(ear, _who.Skin * 0.86f);
            if (_who.Outlined)
                _canvas.Paint(new Outline<Oval>(ear, _line), Ink);
            if (_who.Earrings)
                _canvas.Paint(new Oval(x + side, 4.5f, 0.9f, 0.9f), 1);
        }
    }

    private void PaintHead()
    {
        _canvas.Paint(Head, _who.Skin);
        if (_who.Outlined)
            _canvas.Paint(new Outline<Oval>(Head, _line), Ink);
    }

    private void PaintBeard()
    {
        float middle = _pose.Turned(0);
        float mouth = _who.MouthHeight;
        switch (_who.Beard)
        {
            case Beard.Full:
                _canvas.Paint(new Meet<Oval, Side>(Head, new Side(middle, mouth - 3.4f, -0.05f, 0, -1)), _who.HairShade, 0.9f);
                break;
            case Beard.Stubble:
                _canvas.Paint(new Meet<Oval, Side>(Head, new Side(middle, mouth - 3.4f, -0.05f, 0, -1)), _who.HairShade, 0.25f);
                break;
            case Beard.Goatee:
                _canvas.Paint(new Oval(middle, mouth + 6, 3, 2.8f), _who.HairShade, 0.7f);
                break;
            case Beard.Moustache:
                _canvas.Paint(new Lens(middle, mouth - 2.4f, 5, -0.8f, 0.6f, 1.1f), _who.HairShade, 0.95f);
                break;
        }
    }

    private void PaintCheeks()
    {
        float cheek = _face[Movement.Cheek];
        for (int side = -1; side <= 1; side += 2)
        {
            float x = _pose.Turned(side * 8);
            if (cheek > 0.1f)
                _canvas.Paint(new Oval(x, 5, 3, 2.2f), _who.Skin * 0.78f, MathF.Min(cheek, 1) * 0.6f);
            if (_who.Freckles)
            {
                _canvas.Paint(new Oval(x - 1.4f, 4, 0.6f, 0.6f), _who.Skin * 0.6f, 0.8f);
                _canvas.Paint(new Oval(x + 0.9f, 5.2f, 0.6f, 0.6f), _who.Skin * 0.6f, 0.8f);
                _canvas.Paint(new Oval(x + 1.7f, 3.6f, 0.6f, 0.6f), _who.Skin * 0.6f, 0.8f);
            }
        }

        float fold = _face[Movement.Fold];
        if (fold > 0.15f)
        {
            float middle = _pose.Turned(0);
            _canvas.Paint(new Curve(middle - 5.6f, 6.6f, 1.6f, 0, _line * 0.8f, -1.4f), Ink, MathF.Min(fold, 1) * 0.75f);
            _canvas.Paint(new Curve(middle + 5.6f, 6.6f, 1.6f, 0, _line * 0.8f, 1.4f), Ink, MathF.Min(fold, 1) * 0.75f);
        }
    }

    private void PaintNose()
    {
        float wrinkle = _face[Movement.NoseWrinkle];
        float middle = _pose.Turned(0);
        float x = middle + (_pose.Yaw * 0.8f);
        float tip = EyeLine + _who.NoseLength + 1 - wrinkle;
        _canvas.Paint(new Curve(x, tip, _who.NoseWidth, wrinkle > 0.4f ? -0.9f : 0.9f, _line), Ink, 0.85f);
        _canvas.Paint(new Oval(x + (_pose.Yaw * 0.6f), tip - 2.2f, 0.8f, 2), MathF.Min(_who.Skin * 1.15f, 1), 0.5f);
        if (wrinkle > 0.3f)
        {
            _canvas.Paint(new Curve(middle, EyeLine - 0.6f, 1.7f, 0.7f, _line * 0.8f), Ink, wrinkle * 0.8f);
            _canvas.Paint(new Curve(middle, EyeLine + 1.1f, 1.9f, 0.7f, _line * 0.8f), Ink, wrinkle * 0.8f);
        }
    }

    private void PaintMouth()
    {
        float half = _who.MouthWidth * _face[Movement.MouthWidth];
        float skew = _face[Movement.MouthSkew];
        float smile = _face[Movement.Smile];
        float x = _pose.Turned(0) + (skew * 0.6f);
        float y = _who.MouthHeight - (smile * 0.55f);
        (float over, float under) = (_face[Movement.LipTop], _face[Movement.LipBottom]);
        float slope = skew * -0.16f;
        float lip = _who.Beard == Beard.Full ? MathF.Min(1, _who.HairShade + 0.45f) : _who.Skin * 0.62f;
        float line = _who.Beard == Beard.Full && _who.HairShade < 0.35f ? 0.02f : Ink;

        if (over + under < 0.6f)
        {
            _canvas.Paint(new Curve(x, y, half, smile, _line + _who.Lips, slope), lip, 0.75f);
            _canvas.Paint(new Curve(x, y, half, smile, _line * 1.1f, slope), line);
            return;
        }

        float square = _face[Movement.MouthSquare];
        var opening = new Lens(x, y, half, smile, over, under, slope, square);
        _canvas.Paint(new Outline<Lens>(opening, _who.Lips + _line), lip);
        _canvas.Paint(opening, 0.08f);
        if (_face[Movement.Teeth] > 0.35f)
            PaintTeeth(opening);
        if (_face[Movement.Tongue] > 0.4f)
            _canvas.Paint(new Oval(x + (skew * 0.5f), y + smile + under + 0.6f, half * 0.5f, 2), _who.Skin * 0.72f);
    }

    // The upper row; both rows, with a line between, where they are clenched.
    private void PaintTeeth(in Lens opening)
    {
        bool clenched = opening.Square > 0.6f && _face[Movement.Frown] > 0.4f;
        float depth = clenched ? opening.Under : -opening.Over + (0.55f * (opening.Over + opening.Under));
        _canvas.Paint(opening with { Half = opening.Half * 0.92f, Over = opening.Over - 0.2f, Under = depth }, 0.96f);
        if (clenched)
        {
            float middle = (opening.Under - opening.Over) / 2;
            _canvas.Paint(new Curve(opening.X, opening.Y + middle, opening.Half, opening.Bend, 0.7f, opening.Slope), 0.3f);
        }
    }

    private void PaintEye(int side)
    {
        float x = _pose.Turned(side * _who.EyeSpacing);
        float over = MathF.Max(_who.EyeHeight * _face[Movement.LidTop], 0.25f);
        float under = _who.EyeHeight * _face[Movement.LidBottom];
        float glare = _face[Movement.BrowInner] < -1 ? 0.08f : 0;
        float droop = _face[Movement.BrowOuter] < -1 ? 0.14f : 0;
        float slope = side * (droop - glare - _who.EyeSlant);
        var eye = new Lens(x, EyeLine, _who.EyeWidth, 0, over, under, slope, _face[Movement.EyeRound]);
        _canvas.Paint(eye, MathF.Min(1, 0.88f + (_who.Skin * 0.12f)));

        float radius = 1.75f * _face[Movement.Pupil];
        float irisY = EyeLine + ((under - over) * 0.35f) + (_face[Movement.GazeDown] * 0.7f);
        var iris = new Oval(x + (_gaze * 0.9f) + (_pose.Yaw * 0.3f), irisY, radius, radius);
        _canvas.Paint(new Meet<Oval, Lens>(iris, eye), _who.Iris);

        _canvas.Paint(new Curve(x, EyeLine, _who.EyeWidth, -over, _line, slope), Ink * 0.6f);
        bool raised = _face[Movement.LidBottom] < 0.35f;
        if (_who.Outlined || raised)
            _canvas.Paint(new Curve(x, EyeLine, _who.EyeWidth, under, _line * 0.8f, slope), Ink, raised ? 0.8f : 0.5f);
        if (_who.Lashes)
            PaintLashes(side, x, over, slope);
    }

    // A dark upper lid, drawn out beyond the outer corner.
    private void PaintLashes(int side, float x, float over, float slope)
    {
        const float Dark = 0.04f;
        _canvas.Paint(new Curve(x, EyeLine, _who.EyeWidth, -over, _line * 1.6f, slope), Dark);
        float corner = x + (side * (_who.EyeWidth + 0.9f));
        _canvas.Paint(new Curve(corner, EyeLine - 0.9f + (slope * (corner - x)), 1.1f, 0, _line * 0.9f, side * -0.8f), Dark);
    }

    private void PaintBrow(int side)
    {
        float inner = _face[Movement.BrowInner];
        float outer = _face[Movement.BrowOuter];
        float x = _pose.Turned(side * (_who.EyeSpacing + 0.5f - (_face[Movement.BrowPinch] * 0.7f)));
        float y = EyeLine - _who.BrowHeight - ((inner + outer) / 2);
        float slope = side * (inner - outer) / (2 * _who.BrowLength);
        var brow = new Curve(x, y, _who.BrowLength, -_face[Movement.BrowArch], _who.BrowWidth, slope);
        _canvas.Paint(brow, MathF.Max(_who.BrowShade, 0), 0.95f);
    }

    private void PaintFrown()
    {
        float frown = _face[Movement.Frown];
        if (frown < 0.35f)
            return;
        float middle = _pose.Turned(0);
        for (int side = -1; side <= 1; side += 2)
            _canvas.Paint(new Oval(middle + (side * 1.1f), EyeLine - 2.6f, _line * 0.45f, 1.5f), Ink, frown * 0.8f);
    }

    private void PaintHairInFront()
    {
        if (_who.Hair == Hair.Bald)
        {
            _canvas.Paint(new Oval(-4, -13, 2.6f, 1.4f), MathF.Min(1, _who.Skin * 1.2f), 0.6f);
            return;
        }

        float line = _who.Hairline;
        Side hairline = _who.Hair switch
        {
            Hair.Fringe or Hair.Bob => new Side(0, line + 1.4f, 0.012f, _who.Parting * 0.012f, 1),
            Hair.SidePart => new Side(_who.Parting, line - 1.5f, 0.03f, _who.Parting > 0 ? -0.22f : 0.22f, 1),
            Hair.Long => new Side(_who.Parting * 0.4f, line - 2.5f, 0.085f, 0, 1),
            Hair.Curly => new Side(0, line, 0.02f, 0, 1),
            _ => new Side(0, line, 0.045f, 0, 1),
        };
        var scalp = new Oval(0, -0.8f, _who.HeadWidth + 0.9f, _who.HeadHeight + 0.9f, _who.Taper, _who.Jaw);
        _canvas.Paint(new Meet<Oval, Side>(scalp, hairline), _who.HairShade);
    }

    private void PaintGlasses()
    {
        if (_who.Glasses == Glasses.None)
            return;
        float square = _who.Glasses == Glasses.Square ? 0.85f : 0;
        float shade = _who.Skin > 0.55f ? 0.05f : 0.95f;
        (float left, float right) = (_pose.Turned(-_who.EyeSpacing), _pose.Turned(_who.EyeSpacing));
        float radius = MathF.Min(4.6f, _who.EyeSpacing - 0.9f);
        _canvas.Paint(new Outline<Oval>(new Oval(left, EyeLine + 0.2f, radius, 4, 0, square), 1), shade, 0.85f);
        _canvas.Paint(new Outline<Oval>(new Oval(right, EyeLine + 0.2f, radius, 4, 0, square), 1), shade, 0.85f);
        _canvas.Paint(new Curve((left + right) / 2, EyeLine, 1.2f, -0.4f, 1), shade, 0.85f);
    }
}
